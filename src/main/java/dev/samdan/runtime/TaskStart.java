package dev.samdan.runtime;

import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A task to start.
 *
 * @param id names its folder, its log and its containers
 * @param environment {@code <app>-<env>}, to which its volumes belong
 * @param command runs once in the container that serves, alone, where it is not empty
 * @param address where it is to listen; null where it is not reached
 * @param variables what each container is given beside what it declares
 * @param wanted whether the start should go on
 */
record TaskStart(
    String id,
    String environment,
    TaskDefinition definition,
    List<String> command,
    @org.jspecify.annotations.Nullable Address address,
    Function<ContainerDefinition, Map<String, String>> variables,
    BooleanSupplier wanted) {
  boolean isOneOff() {
    return !command.isEmpty();
  }
}
