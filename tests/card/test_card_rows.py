"""The rows of card.md §2, §3.2, §3.3, §3.4 and §6.5, and for each the test that names it.

A row whose test is gone or has lost its name fails here; so does one that is named by no test.
The tests are found in the source text, so that those for a real pcscd count where there is none.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

_FILES, _APPS = "test_files_sizes_and_access", "test_2_1_every_application_by_name_and_by_prefix"
_COUNTER, _OBJECT, _TOKEN = (
    "test_every_counter_counts_for_itself",
    "test_data_objects_of_the_isd",
    "test_2_3_fields_of_the_token",
)
_WORD, _LIFE, _COUNT, _TRAP = (
    "test_3_2_status_words",
    "test_3_3_what_becomes_of_a_verified_pin",
    "test_3_4_counters",
    "test_6_5_traps",
)
_DAEMON, _MESSAGING = "test_3_3_what_pcscd_leaves_of_a_verified_pin", "test_wrong_objects_end_the_session"

ROWS = {
    "2.1": {
        **{f"AID {name}": f"{_APPS} {name}" for name in ("JPKI", "text", "surface", "resident", "common", "ISD")},
        "prefix of a name": _APPS,
        "SELECT 00A40000, 3F00": "test_2_1_select_without_a_name",
    },
    "2.2": {
        "0001": f"{_FILES} JPKI-0001-password",
        "0002": f"{_FILES} JPKI-0002-free",
        "0006": f"{_FILES} JPKI-0006-free",
        "0008": f"{_FILES} JPKI-0008-free",
        "0008 of a child": "test_a_child_has_no_signature_certificate",
        "0009": f"{_FILES} JPKI-0009-nobody",
        "000A": f"{_FILES} JPKI-000A-free",
        "000A of a phone": "test_every_profile_reads_and_signs",
        "000B": f"{_FILES} JPKI-000B-free",
        "0010": f"{_FILES} JPKI-0010-reference",
        "0016": f"{_FILES} JPKI-0016-terminal-CA",
        "0017": f"{_FILES} JPKI-0017-key",
        "0018": f"{_FILES} JPKI-0018-PIN",
        "001A": f"{_FILES} JPKI-001A-key",
        "001B": f"{_FILES} JPKI-001B-password",
    },
    "2.3": {
        **{f"offset {at}": f"{_TOKEN} {name}" for at, name in ((0, "label"), (32, "manufacturer"), (64, "model"))},
        **{f"offset {at}": f"{_TOKEN} {name}" for at, name in ((80, "serial"), (96, "flags"), (100, "sessions"))},
        **{f"offset {at}": f"{_TOKEN} {name}" for at, name in ((116, "PIN-lengths"), (124, "memory"))},
        **{f"offset {at}": f"{_TOKEN} {name}" for at, name in ((140, "versions"), (144, "time"))},
        "labels of other devices": "test_every_profile_reads_and_signs",
        "as clients read it": "test_token_0006_as_clients_read_it",
    },
    "2.4": {
        "0001": "test_text_0001_is_the_number_with_two_bytes_of_filler",
        "0001 opens with PIN": f"{_FILES} text-0001-PIN",
        "0001 opens with A": f"{_FILES} text-0001-A",
        "0002": "test_text_0002_has_a_right_offset_table",
        "0002 opens with PIN": f"{_FILES} text-0002-PIN",
        "0002 opens with B": f"{_FILES} text-0002-B",
        "0003": "test_text_0003_signs_the_digests_of_0001_and_0002",
        "0004": "test_text_0004_is_a_card_verifiable_certificate",
        "0005": "test_text_0005_tells_extended_length",
        "0006": "test_text_0006_is_a_key_that_signs_nothing_here",
        "0007": "test_text_0007_and_0013_prove_that_the_chip_is_there",
        "0008": "test_text_0008_is_sixteen_ff",
        "0011": f"{_COUNTER} text-0011",
        "0012": "test_text_0012_is_blocked_on_every_card",
        "0013": f"{_FILES} text-0013-key",
        "0014": f"{_COUNTER} text-0014-A",
        "0015": f"{_COUNTER} text-0015-B",
    },
    "2.5": {
        "0001": "test_surface_0001_is_a_signed_date_of_birth",
        "0002": "test_surface_0002_is_the_face_with_offsets_and_a_signature_in_three_parts",
        "0002 pictures": "test_surface_pictures_are_what_a_reader_expects",
        "0003": "test_surface_0003_names_the_municipality",
        "0004": f"{_FILES} surface-0004-free",
        "0005": "test_surface_0005_is_the_signed_picture_of_the_number",
        "0006": f"{_FILES} surface-0006-B",
        "0011": f"{_COUNTER} surface-0011-birth",
        "0012": f"{_COUNTER} surface-0012-B",
        "0013": f"{_COUNTER} surface-0013-A",
    },
    "2.6": {
        "common 0001": "test_common_0001_holds_number_municipality_and_last_day",
        "common 0002": "test_common_0002_and_resident_0002_are_the_same_key_reference",
        "common 0019": "test_common_0019_answers_a_challenge",
        "common 001C": f"{_COUNTER} common-001C",
        "resident 0002": f"{_FILES} resident-0002-records",
        "resident 001C": f"{_COUNTER} resident-001C",
        **{f"object {name}": f"{_OBJECT} {name}" for name in ("0042-issuer", "0045-card-number", "00F0-municipality")},
        **{f"object {name}": f"{_OBJECT} {name}" for name in ("00F2-expiry", "00F7-intermediate")},
        "object 0066": "test_data_object_0066_is_card_recognition_data",
        "objects 00F8, 7F21": "test_the_certificates_of_the_isd_are_a_chain_and_need_extended_length",
        "large object, short Le": f"{_WORD} 6700-big-object-short-Le",
        "missing object": f"{_WORD} 6A88-object",
    },
    "2.7": {
        **{name: f"{_COUNTER} {name}" for name in ("JPKI-0018", "JPKI-001B", "text-0011", "resident-001C")},
        **{name: f"{_COUNTER} {name}" for name in ("common-001C", "text-0014-A", "surface-0013-A")},
        **{name: f"{_COUNTER} {name}" for name in ("text-0015-B", "surface-0012-B", "surface-0011-birth")},
        "no folding of case": f"{_COUNT} the-card-folds-no-case",
        "check digit": "test_2_7_check_digit",
    },
    "3.2": {
        "9000": f"{_WORD} 9000",
        "63Cx": f"{_WORD} 63Cx-mismatch",
        "63C0": f"{_WORD} 63C0-exhausting",
        "6984": f"{_WORD} 6984-blocked",
        "6983": f"{_WORD} 6983-quirk",
        "6300": "test_3_2_6300_for_a_key_without_limit 6300-mismatch",
        "6700": f"{_WORD} 6700-last-command",
        "66F1": f"{_WORD} 66F1-common",
        "6881": f"{_WORD} 6881-other-channel",
        "6882": f"{_WORD} 6882-SM-for-SELECT",
        "6981": f"{_WORD} 6981-READ-of-IEF",
        "6982": f"{_WORD} 6982-sign-without-PIN",
        "6985": f"{_WORD} 6985-hash-length",
        "6986": f"{_WORD} 6986-no-current-EF",
        "6987": f"{_MESSAGING} no-object",
        "6988": f"{_MESSAGING} wrong-counter-or-padding",
        "69FC": f"{_WORD} 69FC-no-session",
        "6A80": f"{_WORD} 6A80-form-of-new-PIN",
        "6A81": f"{_WORD} 6A81-all-records",
        "6A82": f"{_WORD} 6A82-FID",
        "6A83": f"{_WORD} 6A83-past-last-record",
        "6A86": f"{_WORD} 6A86-P1",
        "6A88": f"{_WORD} 6A88-reference",
        "6B00": f"{_WORD} 6B00-past-end",
        "6D00": f"{_WORD} 6D00-INS",
        "6E00": f"{_WORD} 6E00-CLA",
        "6F00": f"{_WORD} 6F00-first-command",
    },
    "3.3": {
        "another AP or ISD": f"{_LIFE} another-AP",
        "same AP": f"{_LIFE} same-AP",
        "disconnect LEAVE": f"{_DAEMON} SCardDisconnect-LEAVE",
        "reset": f"{_LIFE} SCARD_RESET_CARD-contactless",
        "reset of a contact card": f"{_LIFE} SCARD_RESET_CARD-contact",
        "unpower": f"{_DAEMON} SCARD_UNPOWER_CARD",
        "leaves the field": f"{_LIFE} leaves-the-field",
        "eject": f"{_DAEMON} SCARD_EJECT_CARD",
        "idle": f"{_DAEMON} idle",
    },
    "3.4": {
        "order": "test_3_4_order_a_torn_verify_costs_one_try",
        "success": f"{_COUNT} success-restores",
        "empty VERIFY after success": f"{_COUNT} empty-VERIFY-after-success",
        "wrong length": f"{_COUNT} wrong-length-counts",
        "counters per IEF": f"{_COUNT} counters-per-IEF",
        "unblocking": f"{_COUNT} no-unblocking",
    },
    "6.5": {
        "query answers 9000": "test_a_retry_query_that_answers_9000_breaks_opensc",
        "query of a blocked PIN": f"{_TRAP} query-of-blocked-never-6984",
        "VERIFY on blocked, and the attempt that blocks": "test_a_blocked_pin_leaves_the_other_usable",
        "read-certificate 2 without its PIN": "test_the_signature_certificate_stays_shut_without_its_password",
        "public key of the signature": f"{_TRAP} public-key-of-the-signature-behind-its-password",
        "no PSS through OpenSC": "test_opensc_offers_no_pss",
        "the card has PSS": f"{_TRAP} the-card-has-PSS",
        "URI without token=": "test_the_engine_wants_the_name_of_the_token",
        "30 82": "test_6_5_certificate_files_begin_with_30_82",
        "Le 00": f"{_TRAP} Le-00-of-a-short-file",
        "T=1": "test_6_5_every_atr_offers_t_1_and_is_well_formed",
    },
}
"""Section → row → the test, and the id of its case where one case is the row's."""


def named() -> Iterator[str]:
    """Every test of this folder, alone and with each word that stands in the tables it is given."""
    for file in Path(__file__).parent.glob("test_*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        tables = {one.targets[0].id: one for one in tree.body if isinstance(one, ast.Assign) and _is_named(one)}
        for test in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
            if test.name.startswith("test_"):
                yield test.name
                yield from (f"{test.name} {word}" for mark in test.decorator_list for word in _words(mark, tables))


def _is_named(node: ast.Assign) -> bool:
    return isinstance(node.targets[0], ast.Name)


def _words(node: ast.AST, tables: dict[str, ast.Assign]) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value
        elif isinstance(one, ast.Name) and one.id in tables:
            yield from _words(tables[one.id].value, {})


@pytest.fixture(scope="module")
def tests() -> frozenset[str]:
    return frozenset(named())


@pytest.mark.parametrize("section", ROWS)
def test_every_row_is_named_by_a_test(tests: frozenset[str], section: str) -> None:
    assert {row: test for row, test in ROWS[section].items() if test not in tests} == {}


def test_a_row_without_its_test_is_found(tests: frozenset[str]) -> None:
    assert "test_3_2_status_words 6D00-INS" in tests
    assert "test_3_2_status_words 6D00-" not in tests
    assert "test_of_nothing" not in tests
