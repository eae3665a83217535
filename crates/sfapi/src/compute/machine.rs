//! Which machine.

adjutant_schema::open_enum! {
    /// A machine that commands and jobs run on (`PublicHost`). Any other name is taken as it is.
    pub enum Machine {
        /// Perlmutter.
        Perlmutter = "perlmutter",
        /// A data transfer node.
        Dtn01 = "dtn01",
        /// The data transfer nodes.
        Dtns = "dtns",
    }
}

impl From<String> for Machine {
    fn from(name: String) -> Self {
        Self::from(name.as_str())
    }
}

impl From<&String> for Machine {
    fn from(name: &String) -> Self {
        Self::from(name.as_str())
    }
}

impl From<&Self> for Machine {
    fn from(machine: &Self) -> Self {
        machine.clone()
    }
}
