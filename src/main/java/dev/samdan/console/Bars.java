package dev.samdan.console;

import dev.samdan.identity.Right;
import dev.samdan.operations.Subject;
import dev.samdan.operations.Subjects;

/**
 * Why a button does nothing for the reader, and who can change that: by what it would act on, empty
 * where they may. The server decides anew when one is pressed.
 */
public final class Bars {
  private final Subjects subjects;
  private final Door.Reader reader;

  Bars(Subjects subjects, Door.Reader reader) {
    this.subjects = subjects;
    this.reader = reader;
  }

  /** By a right's name, on all of Samdan. */
  public String house(String right) {
    return why(right, Subject.HOUSE);
  }

  /** By a right's name. */
  public String application(String right, String name) {
    return why(right, subjects.application(name));
  }

  /** By a right's name; {@code -} stands for every environment. */
  public String environment(String right, String application, String environment) {
    return why(right, subjects.environment(application, environment));
  }

  /** To shift or roll back. */
  public String group(String name) {
    return why(Right.DEPLOY.text(), subjects.group(name));
  }

  /** To go on with or roll back a deployment. */
  public String deployment(String id) {
    return why(Right.DEPLOY.text(), subjects.deployment(id));
  }

  /** To stop or retry. */
  public String execution(String id) {
    return why(Right.DEPLOY.text(), subjects.execution(id));
  }

  /** By a right's name. */
  public String pipeline(String right, String name) {
    return why(right, subjects.pipeline(name));
  }

  /** To change where a room's messages go. */
  public String room(String name) {
    return why(Right.MAINTAIN.text(), subjects.room(name));
  }

  private String why(String right, Subject subject) {
    return subjects.may(reader.access(), Right.parse(right), subject)
        ? ""
        : reader.mayLookOnly(subject);
  }
}
