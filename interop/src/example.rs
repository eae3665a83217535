//! An operation with arguments, whatever its type: what it would send, and what it makes of an answer.

use adjutant_core::pager::Audit;
use adjutant_core::request::{Request, Response};
use adjutant_core::{Operation, Paged, Result};
use adjutant_schema::testing::Choices;
use adjutant_schema::{Cell, View, check};
use serde::Serialize;
use serde_json::Value;

/// An emitted operation with example arguments.
pub(crate) trait Example: Send + Sync {
    /// Every request that the operation can make of its arguments.
    fn requests(&self) -> Result<Vec<Request>>;

    /// Reads an answer; `None` if it is not JSON.
    fn read(&self, response: Response) -> Result<Option<Read>>;
}

/// Makes an example of one operation.
pub(crate) type Make = fn(&mut Choices) -> Box<dyn Example>;

/// An answer that went through its model.
#[derive(Debug)]
pub(crate) struct Read {
    /// What the model writes.
    pub(crate) written: Value,
    /// What of the answer the model has no place for, though it kept it.
    pub(crate) misfit: Option<String>,
}

/// An operation that answers JSON.
pub(crate) struct Json<O>(pub(crate) O);

/// An operation that answers pages of JSON.
pub(crate) struct Pages<O>(pub(crate) O);

/// An operation that answers nothing, or bytes.
pub(crate) struct Plain<O>(pub(crate) O);

impl<O: Operation<Output: Cell + Serialize>> Example for Json<O> {
    fn requests(&self) -> Result<Vec<Request>> {
        Ok(vec![self.0.request()?])
    }

    fn read(&self, response: Response) -> Result<Option<Read>> {
        read(&self.0, response)
    }
}

impl<O: Paged<Output: Cell + Serialize>> Example for Pages<O> {
    fn requests(&self) -> Result<Vec<Request>> {
        let mut all = vec![self.0.request()?, self.0.page_request(1, 50)?];
        if let Some(audit) = self.0.audit() {
            let audit: &dyn Audit = &*audit;
            all.extend([audit.newest()?, audit.keys_after(Some(7), 100)?, audit.by_keys(&[3, 5])?]);
        }
        Ok(all)
    }

    fn read(&self, response: Response) -> Result<Option<Read>> {
        // The rows as a paged read sees them, each on its own.
        for row in self.0.open(response.clone())?.rows {
            drop(self.0.item(&row)?);
        }
        read(&self.0, response)
    }
}

impl<O: Operation> Example for Plain<O> {
    fn requests(&self) -> Result<Vec<Request>> {
        Ok(vec![self.0.request()?])
    }

    fn read(&self, response: Response) -> Result<Option<Read>> {
        drop(self.0.decode(response)?);
        Ok(None)
    }
}

fn read<O: Operation<Output: Cell + Serialize>>(operation: &O, response: Response) -> Result<Option<Read>> {
    let output = operation.decode(response)?;
    let written = serde_json::to_value(&output).map_err(|e| adjutant_core::Error::decode(e.to_string()))?;
    Ok(Some(Read { written, misfit: misfit(output.view()) }))
}

/// What a model has no place for: a value of another type, or a member that its table does not know.
fn misfit(view: View<'_>) -> Option<String> {
    match view {
        View::Record(record) => check(record).err().map(|e| e.to_string()).or_else(|| unknown(view, "$")),
        View::List(list) => (0..list.len()).find_map(|i| misfit(list.at(i))),
        _ => None,
    }
}

fn unknown(view: View<'_>, path: &str) -> Option<String> {
    match view {
        View::Record(record) => {
            let own = record.extra().unknown().next().map(|(name, _)| format!("{path}.{name} is not in the table"));
            let fields = record.desc().fields.iter().enumerate();
            own.or_else(|| {
                fields.into_iter().find_map(|(i, f)| unknown(record.peek(i).view(), &format!("{path}.{}", f.name)))
            })
        }
        View::List(list) => (0..list.len()).find_map(|i| unknown(list.at(i), &format!("{path}[{i}]"))),
        View::Map(map) => {
            let mut found = None;
            map.each(&mut |key, value| found = found.take().or_else(|| unknown(value, &format!("{path}.{key}"))));
            found
        }
        _ => None,
    }
}
