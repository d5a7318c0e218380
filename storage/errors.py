"""What storage refuses. Messages name the value and the remedy; codes stay what they are."""


class StorageError(Exception):
    code = "storage_error"


class DocumentNotFound(StorageError):
    code = "document_not_found"


class NotInBin(StorageError):
    code = "not_in_bin"


class RevisionNotFound(StorageError):
    code = "revision_not_found"


class RevisionKept(StorageError):
    code = "revision_kept"


class BadArchive(StorageError):
    code = "bad_archive"


class LessonNotFound(StorageError):
    code = "lesson_not_found"


class RunNotFound(StorageError):
    code = "run_not_found"


# ---- what passes: the same call works when the cause is gone -------------------------------------------------------
class DatabaseBusy(StorageError):
    code = "database_busy"


class DiskFull(StorageError):
    code = "disk_full"


class DiskError(StorageError):
    code = "disk_error"


class ReadOnly(StorageError):
    code = "read_only"


# ---- what does not pass by itself ----------------------------------------------------------------------------------
class DatabaseDamaged(StorageError):
    code = "database_damaged"
