internal import Graph

// RepGhostNet: GhostNet whose cheap functions are added, so that a convolution's weights can take them in.
//
// Paper: RepGhost: A Hardware-Efficient Ghost Module via Re-parameterization
// (https://arxiv.org/abs/2211.06088).
// Source: timm/models/repghost.py (timm 1.0.31). No deviations: the parallel paths stay apart, as in timm's
// checkpoints.

extension ModelFamily {
    /// The architectures of timm/models/repghost.py, in its order.
    static let repGhost = ModelFamily(
        name: "repghost",
        variants: [
            ModelVariant("repghostnet_050", GhostNet(width: 0.5, version: .reparameterizable)),
            ModelVariant("repghostnet_058", GhostNet(width: 0.58, version: .reparameterizable)),
            ModelVariant("repghostnet_080", GhostNet(width: 0.8, version: .reparameterizable)),
            ModelVariant("repghostnet_100", GhostNet(width: 1, version: .reparameterizable)),
            ModelVariant("repghostnet_111", GhostNet(width: 1.11, version: .reparameterizable)),
            ModelVariant("repghostnet_130", GhostNet(width: 1.3, version: .reparameterizable)),
            ModelVariant("repghostnet_150", GhostNet(width: 1.5, version: .reparameterizable)),
            ModelVariant("repghostnet_200", GhostNet(width: 2, version: .reparameterizable)),
        ]
    )
}
