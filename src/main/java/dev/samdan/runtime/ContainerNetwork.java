package dev.samdan.runtime;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Network;
import dev.samdan.base.AtomicFile;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.engine.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The bridge network of a home's tasks. Each task has an address of its own in it, chosen at
 * random: the engine would give the address of a task that has just ended to the next one, while
 * the edge may still send requests to it.
 */
final class ContainerNetwork {
  private static final String KIND = "network";
  private static final int TRIES = 5;

  private final Engine engine;
  private final Path file;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Plan known;

  /**
   * Its addresses.
   *
   * @param subnet such as {@code 172.18.0.0/16}
   * @param gateway where containers reach this machine
   */
  record Plan(String subnet, String gateway) {
    /** Any address that none of these is. */
    String pick(Set<String> taken) {
      String[] parts = subnet.split("/", -1);
      long first = number(parts[0]);
      int bits = Math.min(32 - Integer.parseInt(parts[1]), 16);
      for (int i = 0; i < 1 << 18; i++) {
        String address = text(first + ThreadLocalRandom.current().nextLong(2, (1L << bits) - 1));
        if (!address.equals(gateway) && !taken.contains(address)) {
          return address;
        }
      }
      throw PlatformException.unavailable(
          "no free address in the network " + subnet + " of the tasks' containers");
    }

    private static long number(String address) {
      long number = 0;
      for (String part : address.split("\\.", -1)) {
        number = number << 8 | Integer.parseInt(part);
      }
      return number;
    }

    private static String text(long number) {
      return (number >> 24 & 255)
          + "."
          + (number >> 16 & 255)
          + "."
          + (number >> 8 & 255)
          + "."
          + (number & 255);
    }
  }

  /**
   * @param home remembers the addresses for when the engine is away
   */
  ContainerNetwork(Engine engine, Path home) {
    this.engine = engine;
    this.file = home.toAbsolutePath().resolve("engine/network");
  }

  String name() {
    return "samdan-" + engine.homeId();
  }

  /** Makes it where it is missing. */
  Plan ensure() {
    lock.lock();
    try {
      Plan plan = find().orElseGet(this::create);
      if (!plan.equals(known)) {
        AtomicFile.write(file, Json.bytes(plan));
        known = plan;
      }
      return plan;
    } finally {
      lock.unlock();
    }
  }

  /** The machine's address in it, also while the engine is away; empty before it was made. */
  Optional<String> gateway() {
    lock.lock();
    try {
      if (known == null && Files.exists(file)) {
        known = Json.read(Files.readAllBytes(file), Plan.class);
      }
      return Optional.ofNullable(known).map(Plan::gateway);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  private Optional<Plan> find() {
    try {
      return Optional.of(plan(inspect(name())));
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Addresses can only be chosen in a network whose subnet was named; the engine, which knows the
   * machine's other networks, names a free one.
   */
  private Plan create() {
    for (int i = 1; true; i++) {
      try {
        String probe = create(name() + "-probe", null);
        Plan plan = plan(inspect(probe));
        remove(probe);
        create(name(), plan);
        return plan;
      } catch (ConflictException e) {
        remove(name() + "-probe");
      } catch (DockerException e) {
        if (i == TRIES) { // Another network took the subnet in between, again and again.
          throw new PlatformException(
              PlatformException.Code.UNAVAILABLE,
              "the Docker engine gives the tasks' containers no network: " + e.getMessage(),
              e);
        }
      }
    }
  }

  private String create(String name, @Nullable Plan plan) {
    return engine.ask(client -> {
      var command =
          client
              .createNetworkCmd()
              .withName(name)
              .withDriver("bridge")
              .withCheckDuplicate(true)
              .withLabels(engine.labels(KIND, name));
      if (plan != null) {
        command.withIpam(
            new Network.Ipam()
                .withConfig(
                    new Network.Ipam.Config()
                        .withSubnet(plan.subnet())
                        .withGateway(plan.gateway())));
      }
      return command.exec().getId();
    });
  }

  private Network inspect(String name) {
    return engine.ask(client -> client.inspectNetworkCmd().withNetworkId(name).exec());
  }

  /** Removes all networks of this home. */
  void removeAll() {
    List<Network> own =
        engine.ask(client -> client.listNetworksCmd().exec()).stream()
            .filter(n -> n.getLabels() != null)
            .filter(n -> engine.homeId().equals(n.getLabels().get(Engine.HOME_LABEL)))
            .toList();
    own.forEach(network -> remove(network.getId()));
  }

  private void remove(String name) {
    try {
      var _ = engine.ask(client -> client.removeNetworkCmd(name).exec());
    } catch (NotFoundException e) {
      return; // It is gone, as it should be.
    }
  }

  private static Plan plan(Network network) {
    List<Network.Ipam.Config> configs = network.getIpam().getConfig();
    return configs.stream()
        .filter(c -> c.getSubnet() != null && c.getSubnet().contains("."))
        .findFirst()
        .map(c ->
            new Plan(
                c.getSubnet(),
                Objects.requireNonNullElseGet(c.getGateway(), () -> first(c.getSubnet()))))
        .orElseThrow(() ->
            PlatformException.unavailable(
                "the network "
                    + network.getName()
                    + " has no IPv4 subnet: "
                    + configs.stream().map(String::valueOf).collect(Collectors.joining(", "))));
  }

  private static String first(String subnet) {
    return Plan.text(Plan.number(subnet.substring(0, subnet.indexOf('/'))) + 1);
  }
}
