package dev.samdan.registry;

import dev.samdan.base.Digest;
import java.util.List;

/**
 * The parts of one image for this machine.
 *
 * @param manifest the image's own digest; of an index, that of the child for this machine
 * @param config the configuration's blob
 * @param configuration the configuration as JSON (OCI image configuration)
 * @param layers bottom first
 * @param descriptors the layers' descriptors as JSON, in the same order, as the manifest has them
 */
public record ImageLayers(
    Digest manifest,
    Digest config,
    String configuration,
    List<Digest> layers,
    List<String> descriptors) {}
