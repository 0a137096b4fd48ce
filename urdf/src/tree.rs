//! Links and joints must form one tree.

use crate::UrdfError;
use crate::check::Source;
use crate::model::{Joint, JointKind, Link};
use roxmltree::Node;

/// Sets each link's parent joint; returns the root link and the joints from it outwards.
pub(crate) fn connect(
    links: &mut [Link],
    joints: &[Joint],
    link_nodes: &[Node],
    joint_nodes: &[Node],
    source: &Source,
) -> Result<(usize, Vec<usize>), UrdfError> {
    for (index, joint) in joints.iter().enumerate() {
        let child = &mut links[joint.child];
        if let Some(other) = child.parent_joint {
            let (child, other) = (&child.name, &joints[other].name);
            return Err(source.invalid(
                joint_nodes[index],
                format!(
                    "link {child:?} hangs on joint {:?} and on {other:?}",
                    joint.name
                ),
                "a link may be the child of one joint only",
            ));
        }
        child.parent_joint = Some(index);
        check_mimic(joints, index, joint_nodes[index], source)?;
    }
    let roots: Vec<usize> = (0..links.len())
        .filter(|it| links[*it].parent_joint.is_none())
        .collect();
    let root = match roots[..] {
        [root] => root,
        [first, second, ..] => {
            let (first, second) = (&links[first].name, &links[second].name);
            return Err(source.invalid(
                link_nodes[roots[1]],
                format!("links {first:?} and {second:?} both hang on no joint"),
                "connect all links to one root",
            ));
        }
        [] => {
            let node = link_nodes.first().or(joint_nodes.first());
            let (problem, remedy) = if links.is_empty() {
                ("there is no link", "a robot needs at least one <link>")
            } else {
                (
                    "the joints form a ring",
                    "one link must be the child of no joint",
                )
            };
            return Err(match node {
                Some(node) => source.invalid(*node, problem, remedy),
                None => UrdfError::Invalid {
                    file: source.file.to_owned(),
                    line: 1,
                    problem: problem.to_owned(),
                    remedy: remedy.to_owned(),
                },
            });
        }
    };
    let outward = outward_from(root, links.len(), joints);
    if outward.len() != joints.len() {
        let lost = (0..joints.len())
            .find(|it| !outward.contains(it))
            .unwrap_or(0);
        return Err(source.invalid(
            joint_nodes[lost],
            format!("joint {:?} is part of a ring", joints[lost].name),
            "joints must form a tree",
        ));
    }
    Ok((root, outward))
}

fn outward_from(root: usize, link_count: usize, joints: &[Joint]) -> Vec<usize> {
    let mut children = vec![Vec::new(); link_count];
    for (index, joint) in joints.iter().enumerate() {
        children[joint.parent].push(index);
    }
    let mut outward = children[root].clone();
    let mut next = 0;
    while next < outward.len() {
        let link = joints[outward[next]].child;
        outward.extend(&children[link]);
        next += 1;
    }
    outward
}

fn check_mimic(
    joints: &[Joint],
    index: usize,
    node: Node,
    source: &Source,
) -> Result<(), UrdfError> {
    let mut at = index;
    for _ in 0..=joints.len() {
        let Some(mimic) = &joints[at].mimic else {
            let moves = at == index || joints[at].kind != JointKind::Fixed;
            return if moves {
                Ok(())
            } else {
                let problem = format!("joint {:?} mimics a fixed joint", joints[index].name);
                Err(source.invalid(node, problem, "name a moving joint"))
            };
        };
        at = mimic.joint;
    }
    let problem = format!("joint {:?} mimics itself in the end", joints[index].name);
    Err(source.invalid(node, problem, "name a joint that mimics none"))
}
