package dev.samdan.edge;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What a rule does with a request. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Action.Forward.class, name = "forward"),
  @JsonSubTypes.Type(value = Action.ServeSite.class, name = "site"),
  @JsonSubTypes.Type(value = Action.Fixed.class, name = "fixed")
})
public sealed interface Action {
  /**
   * Passes the request on to one of these target groups, smoothly by weight; a group without a
   * usable target is passed over while another has one.
   */
  record Forward(List<Weighted> groups) implements Action {
    public Forward {
      groups = List.copyOf(groups);
    }
  }

  /** Answers with a file of the site of this name. */
  record ServeSite(String site) implements Action {}

  /** Answers with this text. */
  record Fixed(int status, String contentType, String body) implements Action {}
}
