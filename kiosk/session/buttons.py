"""Names of everything that can be touched, shared by the flow, the screens and the scenarios."""

from enum import StrEnum


class Button(StrEnum):
    """One touchable thing; where there are several of a sort, the touch's value says which."""

    ADMINISTRATIVE_SERVICE = "administrative-service"
    ISSUE = "issue"
    AGREE = "agree"
    DISAGREE = "disagree"
    USE_CARD = "use-card"
    USE_PHONE = "use-phone"
    REGISTER = "register"
    MUNICIPALITY = "municipality"
    DIGIT = "digit"
    CORRECT = "correct"
    KIND = "kind"
    WHO = "who"
    PERSON = "person"
    ITEM = "item"
    MORE = "more"
    FEWER = "fewer"
    RECEIPT = "receipt"
    ANOTHER = "another"
    REPRINT = "reprint"
    OPERATOR = "operator"
    NEXT = "next"
    BACK = "back"
    CANCEL = "cancel"
    RETRY = "retry"
    MORE_TIME = "more-time"
    FINISH = "finish"
