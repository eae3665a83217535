//! What a table shows of a computer: as much as the sections that were read can fill.

use crate::output::{Flat, Shape};
use adjutant_jamf::{Computer, SECTIONS, classic::ClassicComputer};
use adjutant_schema::columns::Columns;

/// Header, path, and the section that it needs.
const TABLE: [(&str, &str, &str); 13] = [
    ("id", "id", "GENERAL"),
    ("name", "general.name", "GENERAL"),
    ("serial", "hardware.serialNumber", "HARDWARE"),
    ("model", "hardware.model", "HARDWARE"),
    ("os", "operatingSystem.version", "OPERATING_SYSTEM"),
    ("user", "userAndLocation.username", "USER_AND_LOCATION"),
    // Version 4 renamed it.
    ("last contact", "general.lastContact|general.lastContactTime", "GENERAL"),
    ("platform", "general.platform", "GENERAL"),
    ("asset tag", "general.assetTag", "GENERAL"),
    ("site", "general.site.name", "GENERAL"),
    ("managed", "general.remoteManagement.managed", "GENERAL"),
    ("filevault", "operatingSystem.fileVault2Status", "OPERATING_SYSTEM"),
    ("sip", "security.sipStatus", "SECURITY"),
];
/// More columns than this do not fit on most terminals.
const MOST: usize = 9;

/// The shape of Pro API rows with these sections.
pub(super) fn of_inventory(sections: &[String]) -> Shape {
    let asked: Vec<String> = sections.iter().map(|section| spelled(section)).collect();
    let all = asked.iter().any(|section| section == "ALL");
    let has = |section: &str| all || asked.iter().any(|a| a == section);
    let table =
        TABLE.iter().filter(|(_, path, section)| *path == "id" || has(section)).map(|(head, path, _)| (*head, *path));
    let mut columns = Columns::of(Computer::DESC);
    let unread: Vec<String> = SECTIONS.iter().filter(|section| !has(section)).map(|section| member(section)).collect();
    columns.retain(|header| {
        let first = header.split('.').next().unwrap_or(header);
        !unread.iter().any(|member| member == first)
    });
    let flat = Flat { columns, blank: || Box::new(Computer::default()) };
    Shape { flat, table: table.take(MOST).collect() }
}

/// The shape of Classic records.
pub(super) fn of_classic() -> Shape {
    let table = vec![
        ("id", "general.id"),
        ("name", "general.name"),
        ("serial", "general.serial_number"),
        ("model", "hardware.model"),
        ("os", "hardware.os_version"),
        ("user", "location.username"),
        ("last contact", "general.last_contact_time_utc"),
        ("asset tag", "general.asset_tag"),
        ("site", "general.site.name"),
    ];
    let flat = Flat { columns: Columns::of(ClassicComputer::DESC), blank: || Box::new(ClassicComputer::default()) };
    Shape { flat, table }
}

/// `Operating-System` as `OPERATING_SYSTEM`.
fn spelled(section: &str) -> String {
    section.trim().to_ascii_uppercase().replace(['-', ' '], "_")
}

/// The member that holds a section: `OPERATING_SYSTEM` is `operatingSystem`.
fn member(section: &str) -> String {
    let mut out = String::new();
    for (i, word) in section.split('_').enumerate() {
        let (first, rest) = word.split_at(usize::from(i > 0).min(word.len()));
        out.push_str(first);
        out.push_str(&rest.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_members() {
        assert_eq!(member("OPERATING_SYSTEM"), "operatingSystem");
        assert_eq!(member("GENERAL"), "general");
        assert_eq!(spelled(" operating-system"), "OPERATING_SYSTEM");
    }

    #[test]
    fn a_table_has_what_was_read() {
        let headers = |sections: &[&str]| {
            let sections: Vec<String> = sections.iter().map(|s| (*s).to_owned()).collect();
            of_inventory(&sections).table.iter().map(|(head, _)| *head).collect::<Vec<_>>()
        };
        assert_eq!(headers(&["GENERAL"])[..3], ["id", "name", "last contact"]);
        assert_eq!(headers(&["hardware"]), ["id", "serial", "model"]);
        assert_eq!(headers(&["all"]).len(), MOST);
    }
}
