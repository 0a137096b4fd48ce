//! With ROS, from wheels: its libraries find parts of each other only at run time.

fn main() {
    if std::env::var_os("CARGO_FEATURE_ROS").is_some() {
        println!("cargo::rustc-link-arg=-Wl,--allow-shlib-undefined");
    }
}
