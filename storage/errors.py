"""What storage refuses. Messages name the value and the remedy."""


class StorageError(Exception):
    code = "storage_error"


class DocumentNotFound(StorageError):
    code = "document_not_found"


class NotInBin(StorageError):
    code = "not_in_bin"


class RevisionNotFound(StorageError):
    code = "revision_not_found"


class RunNotFound(StorageError):
    code = "run_not_found"
