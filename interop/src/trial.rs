//! One request of one example, and the judgement on it.
//!
//! A trial is itself an operation, so that it goes out as any other does: through the client's engine, its permits,
//! its token, its transport.

use crate::example::Example;
use adjutant_core::request::{Request, Response};
use adjutant_core::{OpInfo, Operation, Result};
use serde_json::Value;
use std::sync::Arc;

/// What there is to say of a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// The judge refuses the request.
    Request(String),
    /// Our model alters the answer, or has no place for a part of it.
    Answer(String),
    /// The judge's own answer breaks the document, or there is none.
    Judge(String),
}

/// One request to be judged.
#[derive(Clone)]
pub(crate) struct Trial {
    /// Which choices its arguments follow from.
    pub(crate) seed: u64,
    example: Arc<dyn Example>,
    request: Request,
}

impl Trial {
    /// The trials of one example; every other one asks for an answer made up from the schema instead of an example.
    pub(crate) fn of(example: Box<dyn Example>, seed: u64) -> Result<Vec<Self>> {
        let example: Arc<dyn Example> = example.into();
        let wish = if seed.is_multiple_of(2) { "dynamic=false" } else { "dynamic=true" };
        let one = |request: Request| {
            let request = request.any_status().max_retries(0).header("prefer", wish)?;
            Ok(Self { seed, example: Arc::clone(&example), request })
        };
        example.requests()?.into_iter().map(one).collect()
    }

    /// The request that is judged.
    pub(crate) fn sent(&self) -> &Request {
        &self.request
    }
}

impl Operation for Trial {
    type Output = Vec<Finding>;

    fn info(&self) -> &'static OpInfo {
        self.request.info()
    }

    fn request(&self) -> Result<Request> {
        Ok(self.request.clone())
    }

    fn decode(&self, response: Response) -> Result<Vec<Finding>> {
        let mut findings = violations(&response);
        let status = response.status();
        if !response.is_success() && findings.is_empty() {
            let problem = format!("answered {status}: {}", String::from_utf8_lossy(response.body()).trim());
            // What the judge fails at is its own affair; the request was judged before.
            findings.push(if status < 500 { Finding::Request(problem) } else { Finding::Judge(problem) });
        }
        if response.is_success() {
            let odd = !findings.is_empty();
            findings.extend(altered(&*self.example, response, odd).map(Finding::Answer));
        }
        Ok(findings)
    }
}

/// What the judge says beside its answer.
fn violations(response: &Response) -> Vec<Finding> {
    let Some(header) = response.header("sl-violations") else { return Vec::new() };
    let Ok(Value::Array(all)) = serde_json::from_str(header) else { return vec![Finding::Judge(header.to_owned())] };
    let one = |violation: &Value| {
        let words = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let place: Vec<String> = violation["location"].as_array().into_iter().flatten().map(words).collect();
        let text = format!("{}: {}", place.join("."), words(&violation["message"]));
        if place.first().is_some_and(|p| p == "request") { Finding::Request(text) } else { Finding::Judge(text) }
    };
    all.iter().map(one).collect()
}

/// What our model alters. An answer that is `odd` by the judge's own word need not fit; it must still be kept.
fn altered(example: &dyn Example, response: Response, odd: bool) -> Option<String> {
    let body = response.body().clone();
    let read = match example.read(response) {
        Ok(read) => read?,
        Err(error) => return Some(format!("cannot be read: {error}")),
    };
    let came = serde_json::from_slice(&body).unwrap_or_default();
    difference(&came, &read.written, "$").or_else(|| read.misfit.filter(|_| !odd))
}

/// The first place where two values differ.
fn difference(came: &Value, written: &Value, path: &str) -> Option<String> {
    match (came, written) {
        (Value::Object(a), Value::Object(b)) => {
            let names = a.keys().chain(b.keys().filter(|name| !a.contains_key(*name)));
            names.into_iter().find_map(|name| match (a.get(name), b.get(name)) {
                (Some(a), Some(b)) => difference(a, b, &format!("{path}.{name}")),
                (Some(_), None) => Some(format!("{path}.{name} is lost")),
                _ => Some(format!("{path}.{name} is made up")),
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(i, (a, b))| difference(a, b, &format!("{path}[{i}]")))
        }
        _ => (came != written).then(|| format!("{path}: {came} became {written}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_difference_is_named_by_its_path() {
        let came = json!({"a": [1, {"b": "x"}], "c": null});
        assert_eq!(difference(&came, &came, "$"), None);
        let say = |written| difference(&came, &written, "$").unwrap();
        assert_eq!(say(json!({"a": [1, {"b": "y"}], "c": null})), "$.a[1].b: \"x\" became \"y\"");
        assert_eq!(say(json!({"a": [1, {"b": "x"}]})), "$.c is lost");
        assert_eq!(say(json!({"a": [1, {"b": "x"}], "c": null, "d": 1})), "$.d is made up");
    }
}
