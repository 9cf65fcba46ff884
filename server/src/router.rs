//! All routes: the pages, their server functions, the socket and the health checks. Closed by default.

use crate::{
    config::Config,
    connecting::Connector,
    demo,
    edge::{self, OwnOrigin},
    export,
    files::{self, FilesDoor, Uploads},
    health, oauth,
    oauth::Callback,
    page_build,
    socket::{self, Door},
    webhooks::erpnext::{self as webhooks, Webhooks},
};
use ::files::Files;
use app::{
    App, ConnectingSeam, DemoNotice, OauthOffer, PageBuild,
    session::{PublicUrl, Seam},
    shell,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Version},
    middleware,
    routing::{MethodRouter, get, post},
};
use leptos::{
    prelude::{LeptosOptions, get_configuration, provide_context},
    server_fn::axum::server_fn_paths,
};
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use std::{path::Path, sync::Arc};
use tokio_util::sync::CancellationToken;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{DefaultPredicate, NotForContentType},
    },
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    services::ServeDir,
    trace::TraceLayer,
};
use workspace::{OauthVerdict, Services};

/// The largest body anybody may send; files have a limit of their own.
pub const BODY_LIMIT_BYTES: usize = 256 * 1024;

/// Routes that are neither pages nor server functions.
fn own_routes() -> Vec<(Method, &'static str, MethodRouter<AppState>)> {
    vec![
        (Method::GET, "/healthz", get(health::healthz)),
        (Method::GET, "/readyz", get(health::readyz)),
        (Method::GET, "/ws", get(socket::open)),
        (Method::GET, export::PATH, get(export::timeline)),
        (Method::GET, oauth::START, get(oauth::start)),
        (Method::GET, oauth::CALLBACK, get(oauth::callback)),
        (
            Method::POST,
            connect::WEBHOOKS_PATH,
            post(webhooks::receive).layer(DefaultBodyLimit::max(webhooks::BODY_LIMIT_BYTES)),
        ),
    ]
}

/// Every path there is, with its method: ours, the pages and the server functions. A test walks them all.
#[must_use]
pub fn paths() -> Vec<(Method, String)> {
    let own = own_routes().into_iter().chain(files::routes());
    let own = own.map(|(method, path, _)| (method, path.to_owned()));
    let pages =
        generate_route_list(App).into_iter().map(|page| (Method::GET, page.path().to_owned()));
    let functions = server_fn_paths().map(|(path, method)| (method, path.to_owned()));
    own.chain(pages).chain(functions).collect()
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

#[derive(Clone, FromRef)]
struct AppState {
    options: LeptosOptions,
    services: Services,
    door: Door,
    oauth: Callback,
    webhooks: Webhooks,
    files: FilesDoor,
}

/// On an answer that is sent as it is: parts of it can be asked for, which compressing would move.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AsItIs;

/// The whole of the server's HTTP face.
pub(crate) fn router(
    config: &Config,
    services: Services,
    files: Files,
    webhooks: Webhooks,
    connector: Connector,
    stopping: CancellationToken,
) -> Router {
    let options = leptos_options(config);
    let build = page_build::read(Path::new(options.site_root.as_ref()));
    let own = OwnOrigin(config.public_origin().into());
    let state = AppState {
        options: options.clone(),
        services: services.clone(),
        door: Door { services: services.clone(), own: own.clone(), build: build.clone(), stopping },
        oauth: Callback {
            services: services.clone(),
            secure: config.public_url.scheme() == "https",
        },
        webhooks,
        files: FilesDoor { services: services.clone(), files, uploads: Uploads::default() },
    };
    let context = page_context(config, services.clone(), connector, build);
    let ancestors = frame_ancestors(&services);
    let pages = generate_route_list(App);
    let add = |router: Router<AppState>, (_, path, route): (Method, &'static str, _)| {
        router.route(path, route)
    };
    let people_files = files::routes().into_iter().fold(Router::new(), add);
    own_routes()
        .into_iter()
        .fold(Router::new(), add)
        .leptos_routes_with_context(&state, pages, context.clone(), {
            let options = options.clone();
            move || shell(options.clone())
        })
        .fallback_service(files_or_not_found(options, context))
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(tower_http::limit::RequestBodyLimitLayer::new(BODY_LIMIT_BYTES))
        .merge(people_files)
        .with_state(state)
        .layer(middleware::from_fn(edge::tell_by_status))
        .layer(middleware::from_fn_with_state(services, edge::demand_session))
        .layer(middleware::from_fn_with_state(own, edge::refuse_forged))
        .layer(middleware::from_fn(edge::client_addr))
        .layer(middleware::from_fn_with_state(ancestors, edge::guard))
        .layer(CompressionLayer::new().compress_when(made_anew()))
        .layer(CatchPanicLayer::new())
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(TraceLayer::new_for_http().make_span_with(|request: &Request<_>| {
            let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
            tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
        }))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
}

/// The page's files, and the not-found page for everything else. Not the framework's own handler for both: it lets a
/// file take on the status and the headers, cookies included, of a page that is rendered at the same time.
fn files_or_not_found(
    options: LeptosOptions,
    context: impl Fn() + Clone + Send + Sync + 'static,
) -> ServeDir<MethodRouter> {
    let folder = options.site_root.to_string();
    ServeDir::new(folder)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false)
        .fallback(get(render_app_async_with_context(context, move || shell(options.clone()))))
}

/// Only answers made for one request are compressed for it. The page's files are the same for everybody and lie
/// compressed beside themselves in a release: doing it again for each reader would cost seconds.
fn made_anew() -> impl Predicate {
    DefaultPredicate::new()
        .and(NotForContentType::const_new("application/wasm"))
        .and(NotForContentType::const_new("text/javascript"))
        .and(NotForContentType::const_new("text/css"))
        .and(NotForContentType::const_new("font/"))
        .and(|_: StatusCode, _: Version, _: &HeaderMap, about: &Extensions| {
            about.get::<AsItIs>().is_none()
        })
}

/// What every page and server function finds in its context.
fn page_context(
    config: &Config,
    services: Services,
    connector: Connector,
    build: PageBuild,
) -> impl Fn() + Clone + Send + Sync + 'static {
    let public_url = PublicUrl(config.public_url.to_string());
    let notice = DemoNotice(config.is_demo().then(|| demo::NOTICE.to_owned()));
    let seam = Seam(Arc::new(services.clone()));
    let connecting = ConnectingSeam(Arc::new(connector));
    move || {
        let on = matches!(services.oauth_verdict(), OauthVerdict::On { .. });
        provide_context(OauthOffer(on));
        provide_context(seam.clone());
        provide_context(connecting.clone());
        provide_context(public_url.clone());
        provide_context(notice.clone());
        provide_context(build.clone());
    }
}

/// Ourselves and the ERPNext desk may frame us.
fn frame_ancestors(services: &Services) -> HeaderValue {
    let policy = format!("frame-ancestors 'self' {}", services.erpnext_origin());
    HeaderValue::from_str(&policy)
        .unwrap_or_else(|_| HeaderValue::from_static("frame-ancestors 'self'"))
}

/// Where the page's files lie, and how they are called: `Leptos.toml` beside the program, or the defaults.
fn leptos_options(config: &Config) -> LeptosOptions {
    let mut options = match get_configuration(Some("Leptos.toml")) {
        Ok(file) => file.leptos_options,
        Err(error) => {
            tracing::debug!(%error, "no Leptos.toml here: the defaults are used");
            LeptosOptions::builder().output_name("parlance").site_root("target/site").build()
        }
    };
    options.site_addr = config.addr;
    options
}
