//! Sections: the parts of a computer's record that a request can ask for.

use adjutant_core::{Error, Result};

/// Every section of the inventory, in the server's order and spelling (`ComputerSectionV4`).
pub const SECTIONS: &[&str] = &[
    "GENERAL",
    "DISK_ENCRYPTION",
    "PURCHASING",
    "APPLICATIONS",
    "STORAGE",
    "USER_AND_LOCATION",
    "CONFIGURATION_PROFILES",
    "PRINTERS",
    "SERVICES",
    "HARDWARE",
    "LOCAL_USER_ACCOUNTS",
    "CERTIFICATES",
    "ATTACHMENTS",
    "PACKAGE_RECEIPTS",
    "SECURITY",
    "OPERATING_SYSTEM",
    "LICENSED_SOFTWARE",
    "IBEACONS",
    "SOFTWARE_UPDATES",
    "EXTENSION_ATTRIBUTES",
    "CONTENT_CACHING",
    "GROUP_MEMBERSHIPS",
];

/// The sections that were asked for, not yet checked.
#[derive(Clone, Debug, Default)]
pub(super) struct Sections(Vec<String>);

impl Sections {
    pub(super) fn add<S: AsRef<str>>(&mut self, names: impl IntoIterator<Item = S>) {
        self.0.extend(names.into_iter().map(|name| name.as_ref().to_owned()));
    }

    pub(super) fn all() -> Self {
        Self(SECTIONS.iter().map(|name| (*name).to_owned()).collect())
    }

    /// The names as they are sent, each once; none means the server's default, `GENERAL`.
    pub(super) fn names(&self) -> Result<Vec<&'static str>> {
        let mut names = Vec::new();
        for asked in &self.0 {
            if plain(asked) == "ALL" {
                return Ok(SECTIONS.to_vec());
            }
            let name = known(asked)?;
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }
}

/// Letters only, so that `USER_AND_LOCATION`, `user-and-location` and `userAndLocation` are one.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

fn known(asked: &str) -> Result<&'static str> {
    SECTIONS.iter().copied().find(|name| plain(name) == plain(asked)).ok_or_else(|| {
        let close = crate::suggest::closest(asked, SECTIONS);
        let close = close.map_or_else(String::new, |name| format!("did you mean {name}? "));
        let shown = adjutant_core::error::tame(asked, 40);
        Error::usage(format!("{shown:?} is not a section of the inventory"))
            .with_hint(format!("{close}there are ALL, {}", SECTIONS.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(names: &[&str]) -> Result<Vec<&'static str>> {
        let mut sections = Sections::default();
        sections.add(names);
        sections.names()
    }

    #[test]
    fn any_spelling_each_once() {
        assert_eq!(sent(&["general", "userAndLocation", "GENERAL"]).unwrap(), ["GENERAL", "USER_AND_LOCATION"]);
        assert_eq!(sent(&[]).unwrap(), [""; 0]);
        let all = sent(&["all"]).unwrap();
        assert_eq!((all.len(), all[0]), (22, "GENERAL"), "ALL leaves nothing out");
    }

    #[test]
    fn an_unknown_one_is_refused_with_all_that_are_known() {
        let error = sent(&["HARDWEAR"]).unwrap_err();
        let hint = error.hint().unwrap();
        assert!(hint.starts_with("did you mean HARDWARE?") && hint.contains("GROUP_MEMBERSHIPS"), "{hint}");
    }
}
