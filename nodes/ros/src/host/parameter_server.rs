//! The parameter services that every ROS node has.

use super::inlets::ready;
use crate::convert::text;
use crate::convert::time;
use crate::parameters::{ParameterError, Parameters};
use futures::Stream;
use hearth_types::Stamp;
use r2r::rcl_interfaces::{msg, srv};
use r2r::{ParameterValue, Publisher, QosProfile, ServiceRequest};

type Requests<T> = Box<dyn Stream<Item = ServiceRequest<T>> + Unpin>;

/// ROS's own parameter, which no file has.
pub const USE_SIM_TIME: &str = "use_sim_time";

/// Checks a whole set of parameters before it counts.
pub type Check<'a> = dyn Fn(&Parameters) -> Result<(), String> + 'a;

/// Serves the parameters of some sections of the robot's parameter file.
pub struct ParameterServer {
    sections: Vec<&'static str>,
    use_sim_time: bool,
    get: Requests<srv::GetParameters::Service>,
    get_types: Requests<srv::GetParameterTypes::Service>,
    set: Requests<srv::SetParameters::Service>,
    set_atomically: Requests<srv::SetParametersAtomically::Service>,
    list: Requests<srv::ListParameters::Service>,
    describe: Requests<srv::DescribeParameters::Service>,
    events: Publisher<msg::ParameterEvent>,
    node: String,
}

impl ParameterServer {
    /// Creates the services under the node's own name.
    ///
    /// # Errors
    /// What r2r says.
    pub fn create(
        ros: &mut r2r::Node,
        sections: Vec<&'static str>,
        use_sim_time: bool,
    ) -> r2r::Result<Self> {
        let profile = QosProfile::parameters;
        Ok(Self {
            sections,
            use_sim_time,
            get: Box::new(
                ros.create_service::<srv::GetParameters::Service>("~/get_parameters", profile())?,
            ),
            get_types: Box::new(ros.create_service::<srv::GetParameterTypes::Service>(
                "~/get_parameter_types",
                profile(),
            )?),
            set: Box::new(
                ros.create_service::<srv::SetParameters::Service>("~/set_parameters", profile())?,
            ),
            set_atomically: Box::new(ros.create_service::<srv::SetParametersAtomically::Service>(
                "~/set_parameters_atomically",
                profile(),
            )?),
            list: Box::new(
                ros.create_service::<srv::ListParameters::Service>("~/list_parameters", profile())?,
            ),
            describe: Box::new(ros.create_service::<srv::DescribeParameters::Service>(
                "~/describe_parameters",
                profile(),
            )?),
            events: ros.create_publisher("/parameter_events", QosProfile::parameter_events())?,
            node: ros.fully_qualified_name()?,
        })
    }

    /// Answers what has come. Changes are checked as a whole with `check` and then kept in `parameters`.
    pub fn poll(&mut self, parameters: &mut Parameters, check: &Check, now: Stamp) {
        self.poll_questions(parameters);
        while let Some(request) = ready(&mut self.set) {
            let results = request
                .message
                .parameters
                .iter()
                .map(|it| self.change(std::slice::from_ref(it), parameters, check, now))
                .collect();
            sent(request.respond(srv::SetParameters::Response { results }));
        }
        while let Some(request) = ready(&mut self.set_atomically) {
            let result = self.change(&request.message.parameters, parameters, check, now);
            sent(request.respond(srv::SetParametersAtomically::Response { result }));
        }
    }

    fn poll_questions(&mut self, parameters: &Parameters) {
        while let Some(request) = ready(&mut self.get) {
            let names = &request.message.names;
            let value = |it: &String| value_msg(&self.value(parameters, it));
            let values = names.iter().map(value).collect();
            sent(request.respond(srv::GetParameters::Response { values }));
        }
        while let Some(request) = ready(&mut self.get_types) {
            let names = &request.message.names;
            let kind = |it: &String| value_msg(&self.value(parameters, it)).type_;
            let types = names.iter().map(kind).collect();
            sent(request.respond(srv::GetParameterTypes::Response { types }));
        }
        while let Some(request) = ready(&mut self.list) {
            let result = self.listed(parameters, &request.message);
            sent(request.respond(srv::ListParameters::Response { result }));
        }
        while let Some(request) = ready(&mut self.describe) {
            let names = &request.message.names;
            let descriptors = names
                .iter()
                .map(|it| self.descriptor(parameters, it))
                .collect();
            sent(request.respond(srv::DescribeParameters::Response { descriptors }));
        }
    }

    fn is_ours(&self, name: &str) -> bool {
        let section = name.split('.').next().unwrap_or_default();
        self.sections.contains(&section)
    }

    fn value(&self, parameters: &Parameters, name: &str) -> ParameterValue {
        if name == USE_SIM_TIME {
            return ParameterValue::Bool(self.use_sim_time);
        }
        self.is_ours(name)
            .then(|| parameters.get(name))
            .flatten()
            .unwrap_or(ParameterValue::NotSet)
    }

    fn listed(
        &self,
        parameters: &Parameters,
        request: &srv::ListParameters::Request,
    ) -> msg::ListParametersResult {
        let ours = parameters.list(&self.sections).into_iter().map(|it| it.0);
        let deepest = usize::try_from(request.depth).unwrap_or(usize::MAX);
        // As rclcpp has it: depth counts the dots behind the prefix, zero is any.
        let fits = |name: &str| {
            let within = |rest: &str| deepest == 0 || rest.split('.').count() <= deepest;
            request.prefixes.is_empty() && within(name)
                || request.prefixes.iter().any(|prefix| {
                    name == prefix
                        || name
                            .strip_prefix(prefix.as_str())
                            .and_then(|it| it.strip_prefix('.'))
                            .is_some_and(within)
                })
        };
        let names: Vec<String> = ours
            .chain([USE_SIM_TIME.to_owned()])
            .filter(|it| fits(it))
            .collect();
        let mut prefixes: Vec<String> = names
            .iter()
            .filter_map(|it| Some(it.rsplit_once('.')?.0.to_owned()))
            .collect();
        prefixes.sort();
        prefixes.dedup();
        msg::ListParametersResult { names, prefixes }
    }

    fn descriptor(&self, parameters: &Parameters, name: &str) -> msg::ParameterDescriptor {
        msg::ParameterDescriptor {
            name: text::to_ros(name),
            type_: value_msg(&self.value(parameters, name)).type_,
            description: "see the comments in launch/config/ember.yaml; a change is checked at once and takes \
                          effect when the node is configured next"
                .to_owned(),
            read_only: is_read_only(name),
            ..Default::default()
        }
    }

    /// Takes all of the changes or none.
    fn change(
        &self,
        changes: &[msg::Parameter],
        parameters: &mut Parameters,
        check: &Check,
        now: Stamp,
    ) -> msg::SetParametersResult {
        let mut changed = parameters.clone();
        let outcome = changes
            .iter()
            .try_for_each(|it| {
                changed = self.changed(&changed, it)?;
                Ok(())
            })
            .and_then(|()| check(&changed).map_err(ParameterError::Refused));
        match outcome {
            Ok(()) => {
                *parameters = changed;
                self.announce(changes, now);
                msg::SetParametersResult {
                    successful: true,
                    reason: "takes effect when the node is configured next".to_owned(),
                }
            }
            Err(error) => msg::SetParametersResult {
                successful: false,
                reason: text::to_ros(&error.to_string()),
            },
        }
    }

    fn changed(
        &self,
        parameters: &Parameters,
        change: &msg::Parameter,
    ) -> Result<Parameters, ParameterError> {
        let (name, value) = (&change.name, from_msg(&change.value));
        if is_read_only(name) {
            return Err(ParameterError::ReadOnly { key: name.clone() });
        }
        if !self.is_ours(name) {
            return Err(ParameterError::Unknown {
                key: name.clone(),
                near: None,
            });
        }
        parameters.with(name, &value)
    }

    fn announce(&self, changes: &[msg::Parameter], now: Stamp) {
        sent(self.events.publish(&msg::ParameterEvent {
            stamp: time::to_ros(now),
            node: self.node.clone(),
            changed_parameters: changes.to_vec(),
            ..Default::default()
        }));
    }
}

/// What the process is made of cannot be changed while it runs.
fn is_read_only(name: &str) -> bool {
    name == USE_SIM_TIME || name.starts_with("ros.") || name.starts_with("robot.")
}

/// For ROS.
pub fn value_msg(value: &ParameterValue) -> msg::ParameterValue {
    let mut out = msg::ParameterValue::default();
    // As in rcl_interfaces/ParameterType.
    match value {
        ParameterValue::NotSet => {}
        ParameterValue::Bool(it) => (out.type_, out.bool_value) = (1, *it),
        ParameterValue::Integer(it) => (out.type_, out.integer_value) = (2, *it),
        ParameterValue::Double(it) => (out.type_, out.double_value) = (3, *it),
        ParameterValue::String(it) => (out.type_, out.string_value) = (4, text::to_ros(it)),
        ParameterValue::ByteArray(it) => (out.type_, out.byte_array_value) = (5, it.clone()),
        ParameterValue::BoolArray(it) => (out.type_, out.bool_array_value) = (6, it.clone()),
        ParameterValue::IntegerArray(it) => (out.type_, out.integer_array_value) = (7, it.clone()),
        ParameterValue::DoubleArray(it) => (out.type_, out.double_array_value) = (8, it.clone()),
        ParameterValue::StringArray(it) => {
            (out.type_, out.string_array_value) =
                (9, it.iter().map(|it| text::to_ros(it)).collect());
        }
    }
    out
}

/// From ROS.
pub fn from_msg(value: &msg::ParameterValue) -> ParameterValue {
    match value.type_ {
        1 => ParameterValue::Bool(value.bool_value),
        2 => ParameterValue::Integer(value.integer_value),
        3 => ParameterValue::Double(value.double_value),
        4 => ParameterValue::String(value.string_value.clone()),
        5 => ParameterValue::ByteArray(value.byte_array_value.clone()),
        6 => ParameterValue::BoolArray(value.bool_array_value.clone()),
        7 => ParameterValue::IntegerArray(value.integer_array_value.clone()),
        8 => ParameterValue::DoubleArray(value.double_array_value.clone()),
        9 => ParameterValue::StringArray(value.string_array_value.clone()),
        _ => ParameterValue::NotSet,
    }
}

fn sent(result: r2r::Result<()>) {
    if let Err(error) = result {
        tracing::warn!("a parameter message was not sent: {error}");
    }
}
