//! Asking whoever sits at the terminal.

use crate::cli::Failure;
use nix::sys::termios::{self, LocalFlags, SetArg, Termios};
use std::io::{BufRead, IsTerminal, Stdin, Write};

/// Whether somebody can be asked.
pub(crate) fn is_attended() -> bool {
    std::io::stdin().is_terminal()
}

/// A line from standard input; at a terminal it is asked for, and what is typed stays off the screen.
pub(crate) fn secret(question: &str) -> Result<String, Failure> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return line(&stdin);
    }
    // Before the question: whoever is fast answers at once.
    let _hidden = Hidden::typing_on(&stdin);
    ask(question)?;
    line(&stdin)
}

/// Whether the answer is yes; no unless it clearly is.
pub(crate) fn agrees(question: &str) -> Result<bool, Failure> {
    ask(question)?;
    let answer = line(&std::io::stdin())?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

fn ask(question: &str) -> Result<(), Failure> {
    eprint!("{question} ");
    std::io::stderr().flush().map_err(Failure::machine("the terminal cannot be written to"))
}

fn line(stdin: &Stdin) -> Result<String, Failure> {
    let mut line = String::new();
    stdin.lock().read_line(&mut line).map_err(Failure::machine("standard input cannot be read"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// The terminal shows again what is typed when this is dropped.
struct Hidden<'a> {
    stdin: &'a Stdin,
    before: Termios,
}

impl<'a> Hidden<'a> {
    fn typing_on(stdin: &'a Stdin) -> Option<Self> {
        let before = termios::tcgetattr(stdin).ok()?;
        let mut quiet = before.clone();
        quiet.local_flags.remove(LocalFlags::ECHO);
        termios::tcsetattr(stdin, SetArg::TCSANOW, &quiet).ok()?;
        Some(Self { stdin, before })
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        let restored = termios::tcsetattr(self.stdin, SetArg::TCSANOW, &self.before);
        // The line end that was typed did not show either.
        eprintln!();
        if restored.is_err() {
            eprintln!("parlance: type `reset` if the terminal shows nothing any more");
        }
    }
}
