//! urdf
