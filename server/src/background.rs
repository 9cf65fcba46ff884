//! What runs beside the requests: mirror, outbox, messages that are due and the hub's own looking.

use crate::files::sweep;
use ::files::Files;
use mirror::Mirror;
use outbox::Outbox;
use store::worker::Worker;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use workspace::Services;

pub(crate) fn start(
    services: Services,
    mirror: Mirror,
    outbox: Outbox,
    (files, worker): (Files, Worker),
    stop: &CancellationToken,
) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (a, b, c, d, e) = (stop.clone(), stop.clone(), stop.clone(), stop.clone(), stop.clone());
    tasks.spawn(sweep(files, worker, stop.clone()));
    let (watcher, judge, sender) = (services.clone(), services.clone(), services.clone());
    let f = stop.clone();
    tasks.spawn(async move { services.watch(a).await });
    tasks.spawn(async move { watcher.watch_permissions(d).await });
    tasks.spawn(async move { judge.watch_oauth(e).await });
    tasks.spawn(async move { sender.send_scheduled(f).await });
    tasks.spawn(async move { mirror.run(b).await });
    tasks.spawn(async move { outbox.run(c).await });
    tasks
}
