//! Describes the machine that a comparison runs on.

use std::process::Command;

/// Processor, load average and version of Chromium, on one line.
pub fn description() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("processor", |model| {
        model.trim_start_matches([' ', '\t', ':'])
    });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} × {model}; load {}; {}", load(), chromium())
}

/// The load average of the last minute, as the system counts it.
pub fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("unknown").to_owned()
}

/// The name and version of Chromium, such as `Chromium 140.0.7339.80`.
fn chromium() -> String {
    let version = xtask::run::find("chromium").map(|program| {
        let output = Command::new(program).arg("--version").output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    });
    version
        .and_then(Result::ok)
        .unwrap_or_else(|| "Chromium".to_owned())
}
