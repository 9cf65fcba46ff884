//! The program `parlance`.

fn main() -> std::process::ExitCode {
    parlance::run()
}
