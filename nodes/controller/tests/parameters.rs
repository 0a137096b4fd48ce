//! What `launch/config/ember.yaml` says of the controller.

use hearth_controller::config::{Config, Provider};
use hearth_runtime::config::{ConfigError, Params};
use std::path::Path;

const EMBER: &str = include_str!("../../../launch/config/ember.yaml");

fn controller(text: &str) -> Result<Config, ConfigError> {
    Params::from_text(Path::new("ember.yaml"), text.to_owned())?.section("controller")
}

#[test]
fn the_controller_localises_and_drives_unless_the_file_says_otherwise() {
    let config = controller(EMBER).expect("as shipped");
    assert_eq!(config.localization.source, Provider::Own);
    assert_eq!(config.navigation.driver, Provider::Own);
    assert_eq!(config, Config::default(), "the file shows the defaults");

    let text = EMBER
        .replace("source: own", "source: external")
        .replace("driver: own", "driver: external");
    let config = controller(&text).expect("both are known");
    assert_eq!(config.localization.source, Provider::External);
    assert_eq!(config.navigation.driver, Provider::External);
}

#[test]
fn who_is_unknown_is_named_with_its_line() {
    let text = EMBER.replace("driver: own", "driver: nav2");
    let error = controller(&text).expect_err("no such driver").to_string();

    assert!(error.starts_with("ember.yaml:"), "{error}");
    assert!(
        error.contains("nav2") && error.contains("external"),
        "{error}"
    );
}
