"""Which secret is typed on a screen: the runner routes the keys of these screens to the pad.

Separate because every chapter that asks for a secret has a row here, and nothing else needs one for
its keys to stay out of sessions, events and recordings.
"""

from kiosk.session.states import Secret, Session, Step

DIFFERENT = "different"
"""What speaks against a new secret that was typed otherwise the second time."""


def typed_on(session: Session) -> Secret | None:
    """Return the secret that the keys of the present screen belong to, None where keys mean nothing."""
    if session.step is Step.PIN:
        return Secret.AUTHENTICATION
    if session.step is Step.SIGN_PASSWORD:
        return Secret.SIGNATURE
    task = session.pins
    if task is None:
        return None
    if session.step is Step.PIN_PRESENT:
        return task.known
    return task.secret if session.step in (Step.PIN_NEW, Step.PIN_AGAIN) else None
