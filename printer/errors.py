"""The one family of exceptions of this package.

    PrinterError
    ├── DocumentError       bytes or values that are no page, seal or picture of ours
    ├── FontError           a font file that is missing, broken or of another version
    ├── TrustError          a folder of seal certificates that cannot be used
    ├── PdfError            a PDF that cannot be made or read
    ├── SealError           symbols or bytes that are no seal, or a seal that no back can hold
    ├── ScanError           a scan that is no picture, too large, or damaged
    ├── ListenError         the enquiry page has no address to listen on
    ├── PrinterUnreachable  a printer that does not answer, or whose answer is not IPP: the outcome is unknown
    ├── PrinterRefused      a printer that says no to a request
    └── PrintError          a job the printer must not start: its set number was printed before
        └── OutletError     the folder that stands for the outlet cannot be written

What a printer reports about itself (no paper, jam) and a page that fails its check are values,
not exceptions: `printer.driver.PrinterStatus`, `printer.verify.Mismatch`.
No message holds text of a page.
"""


class PrinterError(Exception):
    """Anything that went wrong in this package."""


class DocumentError(PrinterError):
    """Not a page, seal or picture as `printer.document` describes them."""


class FontError(PrinterError):
    """A font file is missing, broken or of another version."""


class TrustError(PrinterError):
    """A folder of seal certificates is missing, broken or contradicts itself."""


class PdfError(PrinterError):
    """A PDF cannot be made or read."""


class SealError(PrinterError):
    """Symbols or bytes are no seal of ours, or a seal is longer than a back can hold."""


class ScanError(PrinterError):
    """A scan is no picture of a known kind, too large, or damaged."""


class PrinterUnreachable(PrinterError):
    """The printer does not answer, or not in IPP: whether it did what it was asked is unknown."""


class PrinterRefused(PrinterError):
    """The printer says no; `status` is its IPP status code (RFC 8011 appendix B), 0 for an answer without content."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class ListenError(PrinterError):
    """The enquiry page cannot listen where it was told to."""


class PrintError(PrinterError):
    """The printer must not start this job."""


class OutletError(PrintError):
    """The outlet's folder cannot be written."""
