//! Extension attributes, which five sections and a section of their own carry.

use std::sync::OnceLock;

use super::definitions::{ATTRIBUTES, Attribute};
use super::dice::Dice;
use super::json::{Json, quote};
use super::{Record, Topic};

/// The field that holds them, wherever they are.
pub(super) const ATTRIBUTES_KEY: &str = "extensionAttributes";

/// The constant text around the values of one definition.
struct Frame {
    definition: &'static Attribute,
    before: String,
    after: String,
}

fn frames() -> &'static [Frame] {
    static FRAMES: OnceLock<Vec<Frame>> = OnceLock::new();
    FRAMES.get_or_init(|| ATTRIBUTES.iter().map(Frame::new).collect())
}

impl Frame {
    fn new(definition: &'static Attribute) -> Self {
        let mut before = String::new();
        let mut json = Json { out: &mut before };
        json.open();
        json.text("definitionId", definition.id);
        json.text("name", definition.name);
        json.maybe("description", definition.about);
        json.flag("enabled", true);
        json.flag("multiValue", definition.id == "8");
        json.key("values");
        before.push('[');
        let mut after = String::from("]");
        let mut json = Json { out: &mut after };
        json.text("dataType", definition.kind);
        json.array("options", |json| definition.options.iter().for_each(|option| json.text_item(option)));
        json.text("inputType", definition.input);
        json.close();
        Self { definition, before, after }
    }
}

impl Record<'_> {
    /// The attributes shown in a section, as array items.
    pub(super) fn attributes_of(&self, json: &mut Json<'_>, section: &str) {
        for frame in frames().iter().filter(|frame| frame.definition.section == section) {
            json.raw_item(&frame.before);
            if let Some(value) = self.made_attribute(frame.definition) {
                quote(json.out, value);
            }
            json.out.push_str(&frame.after);
        }
    }

    /// The value as enrolled; nothing when there is none.
    pub(crate) fn made_attribute(&self, definition: &Attribute) -> Option<&'static str> {
        let topic = definition.id.parse::<u64>().unwrap_or_default() + 3000 + Topic::Attributes as u64;
        let mut dice = Dice::of(self.mould.seed, self.id, topic);
        (!dice.percent(10)).then(|| dice.pick(definition.values))
    }
}
