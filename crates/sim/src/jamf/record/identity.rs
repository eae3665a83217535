//! What identifies a computer: small values that lists, filters and sorts need without the rest of the record.

use std::fmt::Write;

use super::words::{BUILDINGS, DEPARTMENTS, FIRST, FIRST_PLAIN, LAST, LAST_PLAIN, MODELS, SYSTEMS};
use super::{Dice, Record, Topic};

/// Noon, 15 July 2025: the fleet's "now", so that records do not change with the calendar.
pub(super) const NOW: i64 = 1_752_580_800;
pub(super) const DAY: i64 = 86_400;

/// Who uses a computer.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) real_name: String,
    pub(crate) username: String,
    pub(crate) first: &'static str,
}

impl Person {
    pub(crate) fn email(&self) -> String {
        format!("{}@example.org", self.username)
    }
}

impl Record<'_> {
    /// `general.name` as enrolled.
    pub(crate) fn made_name(&self) -> String {
        let mut dice = self.dice(Topic::Name);
        let kind = self.model().0.split(" (").next().unwrap_or_default();
        match dice.below(10) {
            0..=3 => format!("{}'s {kind}", self.person().first),
            4 | 5 => format!("MAC-{}", self.made_serial()),
            6 => format!("R&D {kind} {}", self.id),
            7 => format!("{}のMac {}", self.person().first, self.id),
            8 => format!("🚀 \"Launch\" {kind} #{}", self.id),
            _ => format!("loaner-{:06}", self.id),
        }
    }

    /// `hardware.serialNumber` as built: different for every id.
    pub(crate) fn made_serial(&self) -> String {
        const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKLMNPQRTUVWXY";
        let start = Dice::of(self.mould.seed, 0, Topic::Udid as u64).next();
        // Multiplying by an odd number permutes the 40-bit numbers.
        let mut rest = self.id.wrapping_mul(0x00B5_AD4E_CEDA_1CE5).wrapping_add(start) & ((1 << 40) - 1);
        let mut serial = String::from("C0");
        for _ in 0..8 {
            serial.push(DIGITS[(rest & 31) as usize] as char);
            rest >>= 5;
        }
        serial
    }

    /// The record's `udid`, as enrolled or as written.
    pub(crate) fn udid(&self) -> String {
        match self.patch.as_deref().and_then(|patch| patch.udid.as_deref()) {
            Some(udid) => udid.to_owned(),
            None => uuid(&mut self.dice(Topic::Udid)).to_uppercase(),
        }
    }

    pub(super) fn management_id(&self) -> String {
        uuid(&mut self.dice(Topic::Management))
    }

    pub(crate) fn person(&self) -> Person {
        let mut dice = self.dice(Topic::Person);
        let (first, last) = (dice.below(32) as usize, dice.below(32) as usize);
        let mut username = format!("{}.{}", FIRST_PLAIN[first], LAST_PLAIN[last]);
        if dice.percent(40) {
            let _ = write!(username, "{}", dice.below(90) + 10);
        }
        Person { real_name: format!("{} {}", FIRST[first], LAST[last]), username, first: FIRST[first] }
    }

    pub(super) fn model(&self) -> &'static (&'static str, &'static str, bool, &'static str, i64, i64) {
        &MODELS[self.dice(Topic::Model).below(MODELS.len() as u64) as usize]
    }

    pub(super) fn system(&self) -> &'static (&'static str, &'static str, &'static str, &'static str) {
        &SYSTEMS[self.dice(Topic::System).below(SYSTEMS.len() as u64) as usize]
    }

    /// Places of the department and the building in their tables; some computers are nowhere.
    pub(super) fn place(&self) -> (Option<usize>, Option<usize>) {
        let mut dice = self.dice(Topic::Place);
        let mut one_of = |count: usize| (!dice.percent(12)).then(|| dice.below(count as u64) as usize);
        (one_of(DEPARTMENTS.len()), one_of(BUILDINGS.len()))
    }

    pub(crate) fn mac_address(&self, which: u64) -> String {
        let bits = Dice::of(self.mould.seed, self.id, 1000 + which).next();
        let mut text = String::with_capacity(17);
        for byte in 0..6 {
            let separator = if byte == 0 { "" } else { ":" };
            let _ = write!(text, "{separator}{:02X}", (bits >> (8 * byte)) & 0xFF);
        }
        text
    }

    pub(crate) fn ip_address(&self) -> String {
        format!("10.{}.{}.{}", self.id >> 16 & 0xFF, self.id >> 8 & 0xFF, self.id & 0xFF)
    }

    /// When the computer last reported: seconds since 1970.
    pub(crate) fn reported_at(&self) -> i64 {
        NOW - Dice::of(self.mould.seed, self.id, 2000).between(0, 40 * DAY)
    }
}

/// A random version 4 UUID in lower case.
pub(super) fn uuid(dice: &mut Dice) -> String {
    let (a, b) = (dice.next(), dice.next());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        a >> 16 & 0xFFFF,
        a & 0xFFF,
        0x8000 | (b >> 48 & 0x3FFF),
        b & 0xFFFF_FFFF_FFFF
    )
}

/// A time as the server writes it: RFC 3339 in UTC, sometimes with milliseconds.
pub(crate) fn time(seconds: i64) -> String {
    let mut text = day(seconds);
    let of_day = seconds.rem_euclid(DAY);
    let _ = write!(text, "T{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60);
    if seconds % 3 == 0 {
        let _ = write!(text, ".{:03}", seconds % 997);
    }
    text.push('Z');
    text
}

/// A date.
pub(crate) fn day(seconds: i64) -> String {
    // Days to a civil date, counted in eras of 400 years that start in March.
    let days = seconds.div_euclid(DAY) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{:02}", of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for seconds in [0, NOW, 951_782_400, 1_709_164_800, 4_102_444_799] {
            let expected = jiff::Timestamp::from_second(seconds).expect("in range").to_string();
            assert_eq!(day(seconds), expected[..10]);
        }
        assert_eq!(time(1_752_580_801), "2025-07-15T12:00:01Z");
    }
}
