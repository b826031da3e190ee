"""What the journal is told of a session, kind by kind: the one list of fields.

Separate because the flow writes these records and the decision at start-up reads them. No name,
no PIN, no page: order ids, set numbers, yen and sheets only.
"""

from kiosk.session.effects import Record
from kiosk.session.states import Means, Order, SetFacts

Fields = tuple[tuple[str, str | int], ...]


def session_began() -> Record:
    """`session`: a visit begins; the runner adds the session's id to every record."""
    return Record("session")


def order_placed(order_id: str, municipality: str, kind: str, copies: int, consent: str) -> Record:
    """`order`: about to be sent; from here the outcome at the centre must be asked for or made void."""
    fields: Fields = (("order", order_id), ("municipality", municipality), ("kind", kind))
    return Record("order", (*fields, ("copies", copies), ("consent", consent)))


def sets_ready(order: Order) -> Record:
    """`sets`: verified sets are here and not paid for; all that a reprint needs to know again."""
    sets = " ".join(f"{one.number}:{one.sheets}" for one in order.sets)
    fields: Fields = (("order", order.request_id), ("sha256", order.order_sha256.hex()))
    return Record("sets", (*fields, ("fee", order.fee), ("sets", sets), ("card", order.card_mark)))


def order_of(fields: dict[str, str | int]) -> Order:
    """Return the order that a `sets` record tells of, as one to be printed again."""
    pairs = [part.rsplit(":", 1) for part in str(fields["sets"]).split()]
    return Order(
        request_id=str(fields["order"]),
        order_sha256=bytes.fromhex(str(fields["sha256"])),
        fee=int(fields["fee"]),
        sets=tuple(SetFacts(number, int(sheets)) for number, sheets in pairs),
        reprint=True,
        card_mark=str(fields["card"]),
    )


def fee_due(order: Order, means: Means = Means.CASH) -> Record:
    """`fee`: coin box or e-money reader is about to take the fee (yen)."""
    return Record("fee", (("order", order.request_id), ("fee", order.fee), ("means", means)))


def fee_taken(order: Order, change: int, means: Means = Means.CASH) -> Record:
    """`fee-taken`: the fee is in the cash box, `change` yen in the tray; or it was debited. Now sets or refund."""
    fields: Fields = (("order", order.request_id), ("fee", order.fee), ("change", change), ("means", means))
    return Record("fee-taken", fields)


def debit_declined(order_id: str, reason: str) -> Record:
    """`debit-declined`: nothing has left the e-money card; balance, refused, gone or none."""
    return Record("debit-declined", (("order", order_id), ("reason", reason)))


def debit_unknown(order: Order) -> Record:
    """`debit-unknown`: given up without knowing whether a card was debited; nothing is printed for it (F-38)."""
    return Record("debit-unknown", (("order", order.request_id), ("yen", order.fee)))


def debit_none(order_id: str) -> Record:
    """`debit-none`: it is known now that no card was debited."""
    return Record("debit-none", (("order", order_id),))


def printing(order: Order) -> Record:
    """`print`: the pages are about to go to the printer; `again` is 1 for a reprint."""
    return Record("print", (("order", order.request_id), ("again", int(order.reprint))))


def job_taken(order: Order, number: str, job_id: int, job_uuid: str) -> Record:
    """`job`: the printer has the set `number` under these names of its own (RFC 8011 5.3)."""
    return Record("job", (("order", order.request_id), ("set", number), ("job", job_id), ("uuid", job_uuid)))


def sheet_out(order: Order, sheets: int) -> Record:
    """`sheet`: that many sheets of the order lie in the outlet."""
    return Record("sheet", (("order", order.request_id), ("sheets", sheets)))


def printed(order: Order) -> Record:
    """`printed`: the printer's proof that all sheets are out; the centre is still to be told."""
    return Record("printed", (("order", order.request_id), ("sheets", order.sheets)))


def delivered(order_id: str) -> Record:
    """`delivered`: the centre has acknowledged the delivery."""
    return Record("delivered", (("order", order_id),))


def void(order_id: str) -> Record:
    """`void`: the centre has acknowledged that what is left of the order never counts."""
    return Record("void", (("order", order_id),))


def returned(order_id: str, yen: int, means: Means = Means.CASH) -> Record:
    """`returned`: the machine gave `yen` of a fee back, as coins or to the card; it is no longer owed."""
    return Record("returned", (("order", order_id), ("yen", yen), ("means", means)))


def refund_owed(order_id: str, yen: int) -> Record:
    """`refund-owed`: `yen` were taken for sets that did not come out whole (I2); written before the screen says so."""
    return Record("refund-owed", (("order", order_id), ("yen", yen)))


def failed(code: str, order_id: str) -> Record:
    """`failed`: the visit ends early with this code; `order` is "" when none was placed."""
    return Record("failed", (("code", code), ("order", order_id)))


def secret_changed(secret: str, how: str) -> Record:
    """`secret`: the card took a new secret; `how` is change, reset, or unknown where the answer was lost."""
    return Record("secret", (("secret", secret), ("how", how)))


def printer_out(code: str, detail: str) -> Record:
    """`printer`: it cannot print, and why, for the operator; nobody's money was taken for it."""
    return Record("printer", (("code", code), ("detail", detail)))


def receipt_failed(order: Order, reason: str) -> Record:
    """`receipt-failed`: the customer wanted a receipt and got none; the operator may write one by hand."""
    return Record("receipt-failed", (("order", order.request_id), ("reason", reason)))


def applied(municipality: str, number: str) -> Record:
    """`applied`: the centre has an application for 利用登録 and gave it this 受付番号."""
    return Record("applied", (("municipality", municipality), ("number", number)))


def closed() -> Record:
    """`closed`: the visit is over and everything of it wiped."""
    return Record("closed")
