package dev.samdan.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What RegisterTaskDefinition takes: a revision without its number. */
public record TaskDefinitionInput(
    String family,
    List<ContainerDefinition> containerDefinitions,
    @Nullable String cpu,
    @Nullable String memory) {}
