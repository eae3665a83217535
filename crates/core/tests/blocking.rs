//! The blocking world: from many threads, and never a panic in the wrong place.

mod common;

use adjutant_core::{
    Blocking, Bound, ErrorKind, Flow, OpInfo, Operation, Request, Response, Result, SessionConfig, endings,
};
use common::{READ, Script, Step};
use std::time::Duration;

#[derive(Clone)]
struct Ping<B> {
    bound: B,
}

impl<B: Send + Sync + 'static> Operation for Ping<B> {
    type Output = String;

    fn info(&self) -> &'static OpInfo {
        &READ
    }

    fn request(&self) -> Result<Request> {
        Ok(common::request(&READ))
    }

    fn decode(&self, response: Response) -> Result<String> {
        response.text().map(str::to_owned)
    }
}

endings!(Ping);

fn ping(world: &Blocking) -> Ping<Bound<Blocking>> {
    let script = Script::new([Step::Slow(Duration::from_millis(5))]);
    Ping { bound: Bound::new(script.engine(SessionConfig::default()), world.clone()) }
}

#[test]
fn it_serves_many_threads_at_once() {
    let world = Blocking::new().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| assert_eq!(ping(&world).send().unwrap(), "ok"));
        }
    });
}

#[test]
fn in_an_asynchronous_task_it_is_an_error_on_any_runtime() {
    for multi in [false, true] {
        let mut builder = if multi {
            tokio::runtime::Builder::new_multi_thread()
        } else {
            tokio::runtime::Builder::new_current_thread()
        };
        let runtime = builder.enable_all().build().unwrap();
        runtime.block_on(async {
            let world = Blocking::new().unwrap();
            let refused = || {
                let error = ping(&Blocking::new().unwrap()).send().unwrap_err();
                assert_eq!(error.kind(), ErrorKind::BlockingInAsync);
                assert!(error.hint().unwrap().contains("spawn_blocking"));
            };
            refused();
            tokio::spawn(async move { refused() }).await.unwrap();
            let flow = Flow::new(world.clone(), async { Ok(1) });
            assert_eq!(flow.send().unwrap_err().kind(), ErrorKind::BlockingInAsync);
            let allowed = world.clone();
            let answer = tokio::task::spawn_blocking(move || ping(&allowed).send()).await.unwrap();
            assert_eq!(answer.unwrap(), "ok");
            if multi {
                let answer = tokio::spawn(async move { tokio::task::block_in_place(|| ping(&world).send()) });
                assert_eq!(answer.await.unwrap().unwrap(), "ok");
            }
            // Still able to go on after all the refusals, and dropped here without a panic.
            tokio::task::yield_now().await;
        });
    }
}

#[test]
fn a_call_that_panics_is_an_error_for_its_caller() {
    let world = Blocking::new().unwrap();
    let error = world.runtime().wait::<()>(async { panic!("inside") }).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert_eq!(ping(&world).send().unwrap(), "ok");
}
