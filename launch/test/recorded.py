"""Stands for ROS's `launch` and `launch_ros`, of which no wheels exist: visits launch files and records what they start.

Signatures are those of ROS 2 Jazzy, so that an argument that does not exist there fails here. Only what Hearth's launch
files use is here.
"""

import importlib.util
import sys
import types


class Substitution:
    """Text that is known once launched."""


class LaunchConfiguration(Substitution):
    def __init__(self, variable_name, *, default=None):
        self.name, self.default = variable_name, default

    def perform(self, context):
        if self.name in context.configurations:
            return context.configurations[self.name]
        if self.default is None:
            raise RuntimeError(f'launch configuration {self.name!r} does not exist')
        return perform(context, self.default)


def perform(context, value):
    """What a text, a substitution or a list of these comes to."""
    if isinstance(value, (list, tuple)):
        return ''.join(perform(context, it) for it in value)
    if isinstance(value, Substitution):
        return value.perform(context)
    if not isinstance(value, str):
        raise TypeError(f'{value!r} is neither text nor a substitution')
    return value


class Condition:
    def __init__(self, predicate_expression):
        self.expression = predicate_expression

    def holds(self, context):
        text = perform(context, self.expression).lower()
        if text not in ('true', 'false', '1', '0'):
            raise ValueError(f'{text!r} is no condition')
        return text in ('true', '1')


class IfCondition(Condition):
    pass


class UnlessCondition(Condition):
    def holds(self, context):
        return not super().holds(context)


class Action:
    def __init__(self, *, condition=None):
        self.condition = condition

    def visit(self, context):
        if self.condition is None or self.condition.holds(context):
            for entity in self.execute(context) or ():
                entity.visit(context)


class LaunchDescription:
    def __init__(self, initial_entities=None):
        self.entities = list(initial_entities or ())

    def visit(self, context):
        for entity in self.entities:
            entity.visit(context)


class DeclareLaunchArgument(Action):
    def __init__(self, name, *, default_value=None, description=None, choices=None, **kwargs):
        super().__init__(**kwargs)
        self.name, self.default, self.description, self.choices = name, default_value, description, choices

    def execute(self, context):
        context.arguments[self.name] = self
        if self.name not in context.configurations:
            if self.default is None:
                raise RuntimeError(f'launch argument {self.name!r} was not given')
            context.configurations[self.name] = perform(context, self.default)
        value = context.configurations[self.name]
        if self.choices is not None and value not in self.choices:
            raise RuntimeError(f'argument {self.name!r}: {value!r} is none of {self.choices}')


class OpaqueFunction(Action):
    def __init__(self, *, function, args=None, kwargs=None, **more):
        super().__init__(**more)
        self.call = lambda context: function(context, *(args or ()), **(kwargs or {}))

    def execute(self, context):
        return self.call(context)


class SetEnvironmentVariable(Action):
    def __init__(self, name, value, **kwargs):
        super().__init__(**kwargs)
        self.name, self.value = name, value

    def execute(self, context):
        context.environment[perform(context, self.name)] = perform(context, self.value)


class AppendEnvironmentVariable(SetEnvironmentVariable):
    def __init__(self, name, value, prepend=False, separator=':', **kwargs):
        super().__init__(name, value, **kwargs)


class PythonLaunchDescriptionSource:
    def __init__(self, launch_file_path):
        self.path = launch_file_path


class IncludeLaunchDescription(Action):
    def __init__(self, launch_description_source, *, launch_arguments=None, **kwargs):
        super().__init__(**kwargs)
        self.source, self.given = launch_description_source, tuple(launch_arguments or ())

    def execute(self, context):
        path = perform(context, self.source.path)
        context.included.append(path)
        for name, value in self.given:
            context.configurations[perform(context, name)] = perform(context, value)
        if path.startswith('/package/'):  # of another package, which is not here
            return []
        return [load(path)]


class ExecuteProcess(Action):
    def __init__(self, *, cmd, prefix=None, name=None, cwd=None, env=None, additional_env=None, sigterm_timeout=None,
                 sigkill_timeout=None, emulate_tty=False, output='log', respawn=False, respawn_delay=None,
                 respawn_max_retries=-1, on_exit=None, shell=False, log_cmd=False, **kwargs):
        super().__init__(**kwargs)
        self.cmd, self.label, self.env = cmd, name, additional_env or {}
        self.respawn, self.respawn_delay = respawn, respawn_delay

    def execute(self, context):
        self.cmd = [perform(context, it) for it in self.cmd]
        self.environment = {**context.environment, **{k: perform(context, v) for k, v in self.env.items()}}
        context.processes.append(self)


class ParameterValue:
    def __init__(self, value, *, value_type=None):
        self.value, self.value_type = value, value_type


class Node(ExecuteProcess):
    def __init__(self, *, executable, package=None, name=None, namespace=None, exec_name=None, parameters=None,
                 remappings=None, ros_arguments=None, arguments=None, **kwargs):
        cmd = [executable, *(arguments or ())]
        if ros_arguments is not None:
            cmd += ['--ros-args'] + ros_arguments
        super().__init__(cmd=cmd, name=exec_name, **kwargs)
        self.package, self.node_name, self.namespace = package, name, namespace
        self.parameters, self.remappings = parameters or [], remappings or []

    def execute(self, context):
        super().execute(context)
        self.package = self.package and perform(context, self.package)
        self.namespace = self.namespace and perform(context, self.namespace)


class FindPackageShare(Substitution):
    def __init__(self, package):
        self.package = package

    def perform(self, context):
        return f'/package/{self.package}'


class PathJoinSubstitution(Substitution):
    def __init__(self, substitutions):
        self.parts = substitutions

    def perform(self, context):
        return '/'.join(perform(context, it) for it in self.parts)


MODULES = {
    'launch': (LaunchDescription,),
    'launch.actions': (AppendEnvironmentVariable, DeclareLaunchArgument, ExecuteProcess, IncludeLaunchDescription,
                       OpaqueFunction, SetEnvironmentVariable),
    'launch.conditions': (IfCondition, UnlessCondition),
    'launch.launch_description_sources': (PythonLaunchDescriptionSource,),
    'launch.substitutions': (LaunchConfiguration, PathJoinSubstitution),
    'launch_ros': (),
    'launch_ros.actions': (Node,),
    'launch_ros.parameter_descriptions': (ParameterValue,),
    'launch_ros.substitutions': (FindPackageShare,),
}
for module_name, members in MODULES.items():
    module = sys.modules[module_name] = types.ModuleType(module_name)
    for member in members:
        setattr(module, member.__name__, member)


def load(path):
    """The launch description of a file."""
    spec = importlib.util.spec_from_file_location('launch_file', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.generate_launch_description()


class Launch:
    """What came of launching a file with these arguments."""

    def __init__(self, path, **arguments):
        self.configurations, self.arguments, self.environment = dict(arguments), {}, {}
        self.processes, self.included = [], []
        load(path).visit(self)

    def labels(self):
        return [it.label for it in self.processes]

    def process(self, label):
        [found] = [it for it in self.processes if it.label == label]
        return found
