package dev.samdan.application;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The applications, their environments with the ports given to them, and their declarations by commit. */
public final class Applications {
  /** Makes an application known; CONFLICT where the name, or an address that it needs, is taken. */
  public Application create(String name, @Nullable String title) {
    throw new UnsupportedOperationException();
  }

  /** Forgets an application with its environments, ports and declarations. */
  public void delete(String name) {
    throw new UnsupportedOperationException();
  }

  /** All of them, by name. */
  public List<Application> list() {
    throw new UnsupportedOperationException();
  }

  public Optional<Application> find(String name) {
    throw new UnsupportedOperationException();
  }

  /** The application; NOT_FOUND names the ones there are. */
  public Application show(String name) {
    throw new UnsupportedOperationException();
  }

  /** Keeps the declaration of a commit, and gives what they lack to the environments on its branch. */
  public ApplicationDeclaration saveDeclaration(String application, String branch, String commit, String text) {
    throw new UnsupportedOperationException();
  }

  /** The declaration that was saved for this commit. */
  public Optional<ApplicationDeclaration> declarationAt(String application, String commit) {
    throw new UnsupportedOperationException();
  }

  /** The newest valid declaration on the environment's branch. */
  public Optional<ApplicationDeclaration> declaration(String application, String environment) {
    throw new UnsupportedOperationException();
  }

  /** The application's environments as seen so far, production last. */
  public List<Environment> environments(String application) {
    throw new UnsupportedOperationException();
  }

  public Optional<Environment> environment(String application, String environment) {
    throw new UnsupportedOperationException();
  }

  /** What a project's name stands for: {@code <app>-<env>-<tier>[-test]} or {@code <app>-base}; NOT_FOUND else. */
  public Project project(String projectName) {
    throw new UnsupportedOperationException();
  }

  /** Gives the environment two other ports. */
  public Environment choosePortsAgain(String application, String environment) {
    throw new UnsupportedOperationException();
  }
}
