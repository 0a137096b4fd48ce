//! The wheels' ROS libraries find parts of each other only at run time.

fn main() {
    println!("cargo::rustc-link-arg=-Wl,--allow-shlib-undefined");
}
