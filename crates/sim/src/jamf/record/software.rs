//! Software: the bulk of a record.
//!
//! Rows are written once, in a few versions each, and copied into records from then on; that is what makes pages
//! cheap enough not to disturb a measurement.

use std::sync::OnceLock;

use super::json::Json;
use super::titles::{APPS, FONTS, PACKAGES, SERVICES};
use super::{Record, Topic, Version};

/// Versions of each application in circulation.
const RELEASES: usize = 4;

/// Bytes of a record with all sections, apart from its applications and services: measured.
const REST: u64 = 13_000;

struct Row {
    /// As version 1 and 2 show it, one a release.
    early: [String; RELEASES],
    /// As versions 3 and 4 show it.
    late: [String; RELEASES],
}

fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| {
        (0..APPS.len())
            .map(|place| Row {
                early: std::array::from_fn(|release| application(place, release, 1)),
                late: std::array::from_fn(|release| application(place, release, 4)),
            })
            .collect()
    })
}

fn services() -> &'static [String] {
    static ROWS: OnceLock<Vec<String>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let mut rows = Vec::new();
        for kind in ["", ".agent", ".xpc", ".helper"] {
            for name in SERVICES {
                let mut row = String::new();
                Json { out: &mut row }.item(|json| json.text("name", &format!("{name}{kind}")));
                rows.push(row);
            }
        }
        rows
    })
}

/// An installed application's name, folder and version.
pub(crate) fn installed(place: usize, release: usize) -> (&'static str, String, String) {
    let (name, _, major, minor, _) = APPS[place];
    let folder = match place {
        52..=61 => "/System/Applications",
        34 => "/Users/Shared/Statistics & R",
        _ => "/Applications",
    };
    let minor = minor.saturating_sub(release as u32);
    (name, format!("{folder}/{name}.app"), format!("{major}.{minor}.{}", place % 7))
}

fn application(place: usize, release: usize, version: Version) -> String {
    let (_, bundle, _, _, megabytes) = APPS[place];
    let (name, path, number) = installed(place, release);
    let mut row = String::new();
    Json { out: &mut row }.item(|json| {
        json.text("name", &format!("{name}.app"));
        json.text("path", &path);
        json.text("version", &number);
        if version >= 3 {
            json.text("cfBundleShortVersionString", &number);
            json.text("cfBundleVersion", &format!("{number}.{}", 7000 + place * 13 + release));
        }
        json.flag("macAppStore", matches!(place, 45..=51));
        json.number("sizeMegabytes", i64::from(megabytes));
        json.text("bundleId", bundle);
        json.flag("updateAvailable", release > 0);
        json.text("externalVersionId", if matches!(place, 45..=51) { "866012345" } else { "0" });
    });
    row
}

impl Record<'_> {
    /// Which applications are installed: places in the table and releases. Fleets with larger records hold
    /// applications more than once, as fleets do.
    pub(crate) fn installed_apps(&self, count: u64) -> impl Iterator<Item = (usize, usize)> {
        let mut dice = self.dice(Topic::Applications);
        let mut place = dice.below(APPS.len() as u64) as usize;
        // 5, 7 and 11 do not divide 72, so every application comes once before any comes twice.
        let step = dice.pick(&[1, 5, 7, 11]);
        (0..count).map(move |_| {
            place = (place + step) % APPS.len();
            (place, dice.below(RELEASES as u64) as usize)
        })
    }

    pub(super) fn applications(&self, json: &mut Json<'_>, version: Version) {
        let (from, to) = self.mould.size;
        let size = from + self.dice(Topic::Size).below(to - from + 1);
        let average = 330;
        json.out.push('[');
        for (place, release) in self.installed_apps(size.saturating_sub(REST) / average) {
            let row = &rows()[place];
            json.raw_item(if version < 3 { &row.early[release] } else { &row.late[release] });
        }
        json.end();
    }

    pub(super) fn services(&self, json: &mut Json<'_>) {
        let start = self.dice(Topic::Services).below(60) as usize;
        json.out.push('[');
        services()[start..start + 36].iter().for_each(|row| json.raw_item(row));
        json.end();
    }

    pub(super) fn plugins(&self, json: &mut Json<'_>) {
        json.out.push('[');
        for (name, version) in [("AdobePDFViewer", "25.1.0"), ("O'Reilly \"Flip\" 4 Mac", "")] {
            json.item(|json| {
                json.text("name", name);
                json.text("version", version);
                json.text("path", "/Library/Internet Plug-Ins/");
            });
        }
        json.end();
    }

    pub(super) fn fonts(&self, json: &mut Json<'_>) {
        let start = self.dice(Topic::Fonts).below(FONTS.len() as u64) as usize;
        json.out.push('[');
        for name in FONTS.iter().cycle().skip(start).take(10) {
            json.item(|json| {
                json.text("name", name);
                json.text("version", "17.0d1e1");
                json.text("path", &format!("/Library/Fonts/{name}.ttc"));
            });
        }
        json.end();
    }

    pub(super) fn package_receipts(&self, json: &mut Json<'_>) {
        let start = self.dice(Topic::Receipts).below(8) as usize;
        json.open();
        json.array("installedByJamfPro", |json| {
            PACKAGES[start..start + 8].iter().for_each(|name| json.text_item(name))
        });
        json.array("installedByInstallerSwu", |json| {
            for name in [
                "com.apple.pkg.XProtectPlistConfigData_10_15",
                "com.apple.pkg.MRTConfigData",
                "com.apple.pkg.GarageBandBasicContent",
            ] {
                json.text_item(name);
            }
        });
        json.array("cached", |json| {
            if start == 3 {
                json.text_item("macOS Installer & Assistant.pkg");
            }
        });
        json.close();
    }

    pub(super) fn licensed_software(&self, json: &mut Json<'_>) {
        json.out.push('[');
        for (id, name) in [("1", "Final Cut Pro"), ("2", "Sketch & Co."), ("3", "MATLAB")] {
            if !self.id.is_multiple_of(3) || id == "1" {
                json.item(|json| {
                    json.text("id", id);
                    json.text("name", name);
                });
            }
        }
        json.end();
    }

    pub(super) fn software_updates(&self, json: &mut Json<'_>) {
        let pending = self.dice(Topic::Updates).below(4) as usize;
        json.out.push('[');
        for (name, version, package) in [
            ("macOS Sequoia 15.6.1", "15.6.1", "MSU_UPDATE_24G90_patch_15.6.1_minor"),
            ("Safari", "18.6", "Safari18.6SequoiaAuto-18.6"),
            ("Command Line Tools für Xcode", "16.4", ""),
        ]
        .iter()
        .take(pending)
        {
            json.item(|json| {
                json.text("name", name);
                json.text("version", version);
                json.text("packageName", package);
            });
        }
        json.end();
    }
}
