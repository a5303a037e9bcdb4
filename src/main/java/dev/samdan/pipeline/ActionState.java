package dev.samdan.pipeline;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Where an action that was started stands. */
sealed interface ActionState {
  UUID id();

  String name();

  /** It waits for a worker: new, after a TryAgain, or after its worker died. */
  record Queued(UUID id, String name, Optional<Cancellation> cancellation) implements ActionState {}

  /** A worker runs its provider. */
  record Running(UUID id, String name, Instant deadline, Optional<Cancellation> cancellation)
      implements ActionState {}

  /** A manual approval that nobody has answered. */
  record AwaitingApproval(UUID id, String name, Instant expiresAt) implements ActionState {}

  record Succeeded(UUID id, String name) implements ActionState {}

  record Failed(UUID id, String name, String error) implements ActionState {}

  record Abandoned(UUID id, String name) implements ActionState {}

  /** Its provider was asked to end. */
  record Cancellation(Reason reason, Instant at) {
    /** Why a provider is asked to end. */
    enum Reason {
      Abandoned,
      TimedOut
    }
  }

  /** Whether nothing more will happen to it. */
  default boolean ended() {
    return switch (this) {
      case Queued _, Running _, AwaitingApproval _ -> false;
      case Succeeded _, Failed _, Abandoned _ -> true;
    };
  }
}
