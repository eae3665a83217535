//! Files on a machine.

use super::record;
use adjutant_schema::Kind::{Bool, Float, Int, List, Record, Text};

record! {
    /// A line of a listing (`DirectoryEntry`). The name is as the server writes it: mostly the whole path, and
    /// `link -> target` for a symbolic link.
    pub DirectoryEntry, DIRECTORY_ENTRY, "DirectoryEntry";
    /// As `ls -l` shows them; the first letter tells `d`irectory, `l`ink and plain file (`-`) apart.
    0 perms: String = "perms" Text;
    1 hardlinks: i64 = "hardlinks" Int;
    2 user: String = "user" Text;
    3 group: String = "group" Text;
    /// In bytes.
    4 size: f64 = "size" Float;
    5 date: String = "date" Text;
    6 name: String = "name" Text;
}

record! {
    /// A listing (`DirectoryOutput`).
    pub DirectoryListing, DIRECTORY_LISTING, "DirectoryOutput";
    0 status: String = "status" Text;
    1 entries: Vec<DirectoryEntry> = "entries" List(&Record(DirectoryEntry::DESC));
    2 error: String = "error" Text;
    3 file: String = "file" Text;
    4 is_binary: bool = "is_binary" Bool;
}

record! {
    /// What a download says besides its content (`FileDownload`).
    pub(crate) DownloadVerdict, DOWNLOAD_VERDICT, "FileDownload";
    0 status: String = "status" Text;
    1 is_binary: bool = "is_binary" Bool;
    2 error: String = "error" Text;
}

record! {
    /// The end of an upload (`UploadResult`).
    pub(crate) Uploaded, UPLOADED, "UploadResult";
    0 status: String = "status" Text;
    1 output: String = "output" Text;
    2 error: String = "error" Text;
}
