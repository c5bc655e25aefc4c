//! The `protest` program: parse, run, exit code.

fn main() -> std::process::ExitCode {
    protest_letter::run(std::env::args_os())
}
