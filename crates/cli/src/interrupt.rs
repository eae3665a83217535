//! Ctrl-C: stop asking for more, keep what is whole, say how to go on.

/// Ends when the user presses Ctrl-C, or someone asks the process to end. A second time ends it at once.
pub(crate) async fn pressed() {
    once().await;
    tokio::spawn(async {
        once().await;
        std::process::exit(crate::failure::Exit::Interrupted as i32);
    });
}

async fn once() {
    #[cfg(unix)]
    if let Ok(mut ended) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = ended.recv() => {}
            () = ctrl_c() => {}
        }
        return;
    }
    ctrl_c().await;
}

async fn ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Nobody can tell us: then it never happens.
        std::future::pending::<()>().await;
    }
}
