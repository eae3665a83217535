//! Computers that nobody stores.
//!
//! A record is a pure function of the seed and the computer's id, plus what has been written to it since. Fleets of
//! a million computers therefore cost nothing until somebody looks at one of them.

mod attributes;
mod classic;
mod classic_machine;
mod definitions;
mod dice;
mod document;
mod general;
mod identity;
pub(crate) mod json;
mod machine;
mod network;
mod patch;
mod people;
mod select;
mod software;
mod titles;
pub(crate) mod words;

use std::sync::Arc;

pub(crate) use classic::SUBSETS;
pub(crate) use document::{Document, Notation};
pub(crate) use patch::Patch;
pub(crate) use select::known_selector;

use dice::Dice;
use json::Json;

/// A version of the inventory resource, 1 to 4.
pub(crate) type Version = u8;

/// How the records of a fleet are made.
#[derive(Clone, Debug)]
pub(crate) struct Mould {
    pub(crate) seed: u64,
    /// Bytes of a record with all sections, from and to.
    pub(crate) size: (u64, u64),
    /// Bytes of a Classic record in JSON.
    pub(crate) classic_size: u64,
    /// Whether some records hold unknown enum values, values of odd types and unknown fields.
    pub(crate) odd: bool,
}

impl Mould {
    pub(crate) fn record(&self, id: u64, patch: Option<Arc<Patch>>) -> Record<'_> {
        Record { mould: self, id, patch }
    }
}

/// One computer.
#[derive(Clone, Debug)]
pub(crate) struct Record<'m> {
    mould: &'m Mould,
    pub(crate) id: u64,
    patch: Option<Arc<Patch>>,
}

/// What a value's randomness is about. Each has dice of its own, so that sections do not disturb each other.
#[derive(Clone, Copy, Debug)]
enum Topic {
    Name,
    Person,
    Udid,
    Management,
    Model,
    System,
    Place,
    General,
    Encryption,
    Purchase,
    Applications,
    Storage,
    Profiles,
    Printers,
    Services,
    Hardware,
    Accounts,
    Certificates,
    Attachments,
    Receipts,
    Fonts,
    Security,
    Updates,
    Caching,
    Groups,
    Attributes,
    Size,
}

impl Record<'_> {
    fn dice(&self, topic: Topic) -> Dice {
        Dice::of(self.mould.seed, self.id, topic as u64)
    }

    /// Whether this record has oddity number `which` of `every`.
    fn is_odd(&self, every: u64, which: u64) -> bool {
        self.mould.odd && self.id % every == which
    }

    /// Appends the record as version `version` shows it; sections that were not asked for are null.
    pub(crate) fn write(&self, out: &mut String, version: Version, sections: Sections) {
        let mut json = Json { out };
        json.open();
        json.text("id", &self.id.to_string());
        json.text("udid", &self.udid());
        for section in Section::of_version(version) {
            json.key(section.field());
            if sections.has(section) {
                self.write_section(&mut json, version, section);
            } else {
                json.out.push_str("null");
            }
        }
        json.close();
    }

    /// Appends one section's value, with what was written to it.
    fn write_section(&self, json: &mut Json<'_>, version: Version, section: Section) {
        match self.patch.as_deref().filter(|patch| patch.touches(section.field())) {
            None => self.make_section(json, version, section),
            Some(patch) => {
                let mut made = String::new();
                self.make_section(&mut Json { out: &mut made }, version, section);
                json.out.push_str(&patch.applied(section.field(), &made));
            }
        }
    }

    fn make_section(&self, json: &mut Json<'_>, version: Version, section: Section) {
        match section {
            Section::General => self.general(json, version),
            Section::DiskEncryption => self.disk_encryption(json),
            Section::Purchasing => self.purchasing(json),
            Section::Applications => self.applications(json, version),
            Section::Storage => self.storage(json),
            Section::UserAndLocation => self.user_and_location(json),
            Section::ConfigurationProfiles => self.configuration_profiles(json),
            Section::Printers => self.printers(json),
            Section::Services => self.services(json),
            Section::Hardware => self.hardware(json),
            Section::LocalUserAccounts => self.local_user_accounts(json),
            Section::Certificates => self.certificates(json),
            Section::Attachments => self.attachments(json),
            Section::Plugins => self.plugins(json),
            Section::PackageReceipts => self.package_receipts(json),
            Section::Fonts => self.fonts(json),
            Section::Security => self.security(json),
            Section::OperatingSystem => self.operating_system(json),
            Section::LicensedSoftware => self.licensed_software(json),
            Section::Ibeacons => self.ibeacons(json),
            Section::SoftwareUpdates => self.software_updates(json),
            Section::ExtensionAttributes => {
                json.out.push('[');
                self.attributes_of(json, "extensionAttributes");
                json.end();
            }
            Section::ContentCaching => self.content_caching(json),
            Section::GroupMemberships => self.group_memberships(json),
        }
    }
}

macro_rules! sections {
    ($($variant:ident $name:literal $field:literal,)*) => {
        /// A part of the inventory that can be asked for, in the order of the record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Section { $($variant),* }

        impl Section {
            const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in a request.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The field in the record.
            pub(crate) fn field(self) -> &'static str {
                match self { $(Self::$variant => $field),* }
            }
        }
    };
}

sections! {
    General "GENERAL" "general",
    DiskEncryption "DISK_ENCRYPTION" "diskEncryption",
    Purchasing "PURCHASING" "purchasing",
    Applications "APPLICATIONS" "applications",
    Storage "STORAGE" "storage",
    UserAndLocation "USER_AND_LOCATION" "userAndLocation",
    ConfigurationProfiles "CONFIGURATION_PROFILES" "configurationProfiles",
    Printers "PRINTERS" "printers",
    Services "SERVICES" "services",
    Hardware "HARDWARE" "hardware",
    LocalUserAccounts "LOCAL_USER_ACCOUNTS" "localUserAccounts",
    Certificates "CERTIFICATES" "certificates",
    Attachments "ATTACHMENTS" "attachments",
    Plugins "PLUGINS" "plugins",
    PackageReceipts "PACKAGE_RECEIPTS" "packageReceipts",
    Fonts "FONTS" "fonts",
    Security "SECURITY" "security",
    OperatingSystem "OPERATING_SYSTEM" "operatingSystem",
    LicensedSoftware "LICENSED_SOFTWARE" "licensedSoftware",
    Ibeacons "IBEACONS" "ibeacons",
    SoftwareUpdates "SOFTWARE_UPDATES" "softwareUpdates",
    ExtensionAttributes "EXTENSION_ATTRIBUTES" "extensionAttributes",
    ContentCaching "CONTENT_CACHING" "contentCaching",
    GroupMemberships "GROUP_MEMBERSHIPS" "groupMemberships",
}

impl Section {
    /// The sections of a version: plug-ins and fonts were dropped after the first.
    pub(crate) fn of_version(version: Version) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |section| version == 1 || !matches!(section, Self::Plugins | Self::Fonts))
    }
}

/// A set of sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sections(u32);

impl Sections {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ALL: Self = Self(u32::MAX);

    pub(crate) fn with(self, section: Section) -> Self {
        Self(self.0 | 1 << section as u32)
    }

    fn has(self, section: Section) -> bool {
        self.0 & 1 << section as u32 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `cargo test --release -p adjutant-sim --lib speed -- --ignored --nocapture`
    #[test]
    #[ignore = "a measurement"]
    fn speed() {
        let mould = Mould { seed: 1, size: (17_500, 31_000), classic_size: 13 << 10, odd: true };
        let measure = |what: &str, make: &dyn Fn(u64, &mut String)| {
            let (start, mut bytes) = (std::time::Instant::now(), 0);
            let mut out = String::new();
            for id in 1..=20_000 {
                out.clear();
                make(id, &mut out);
                bytes += out.len();
            }
            let took = start.elapsed().as_secs_f64();
            println!("{what}: {:.0} MB/s, {:.0} records/s", bytes as f64 / took / 1e6, 20_000.0 / took);
        };
        for version in [1, 4] {
            measure(&format!("v{version}"), &|id, out| mould.record(id, None).write(out, version, Sections::ALL));
        }
        let general = Sections::NONE.with(Section::General);
        measure("v4 GENERAL", &|id, out| mould.record(id, None).write(out, 4, general));
        for notation in [Notation::Json, Notation::Xml] {
            measure(&format!("classic {notation:?}"), &|id, out| {
                Document { out, notation }.object("computer", |doc| mould.record(id, None).classic(doc, |_| true));
            });
        }
    }
}
