//! What runs beside the requests: mirror, outbox, messages that are due, notices and the hub's own looking.

use crate::files::sweep;
use ::files::Files;
use mirror::Mirror;
use outbox::Outbox;
use store::worker::Worker;
use tokio::{sync::mpsc::UnboundedReceiver, task::JoinSet};
use tokio_util::sync::CancellationToken;
use vocabulary::WorkspaceId;
use workspace::Services;

pub(crate) fn start(
    services: Services,
    mirror: Mirror,
    outbox: Outbox,
    mut changes: UnboundedReceiver<WorkspaceId>,
    (files, worker): (Files, Worker),
    stop: &CancellationToken,
) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (a, b, c, d, e) = (stop.clone(), stop.clone(), stop.clone(), stop.clone(), stop.clone());
    tasks.spawn(sweep(files, worker, stop.clone()));
    let (watcher, judge, sender) = (services.clone(), services.clone(), services.clone());
    let teller = services.clone();
    tasks.spawn(async move {
        // Ends with the outbox, which holds the other end.
        while let Some(workspace) = changes.recv().await {
            teller.changed_behind(workspace).await;
        }
    });
    let (f, g, h) = (stop.clone(), stop.clone(), stop.clone());
    let (clerk, pusher) = (services.clone(), services.clone());
    tasks.spawn(async move { services.watch(a).await });
    tasks.spawn(async move { watcher.watch_permissions(d).await });
    tasks.spawn(async move { judge.watch_oauth(e).await });
    tasks.spawn(async move { sender.send_scheduled(f).await });
    tasks.spawn(async move { clerk.keep_notices(g).await });
    tasks.spawn(async move { pusher.send_pushes(h).await });
    tasks.spawn(async move { mirror.run(b).await });
    tasks.spawn(async move { outbox.run(c).await });
    tasks
}
