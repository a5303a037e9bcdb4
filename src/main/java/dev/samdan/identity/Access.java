package dev.samdan.identity;

import dev.samdan.base.PlatformException;
import dev.samdan.base.PlatformException.Code;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who acts, and what that person may do now by this token or session: the roles limited by the
 * scope. Doors ask it before they do anything; a null application means the house as a whole.
 */
public final class Access {
  private final Principal principal;
  private final @Nullable Role everywhere;
  private final Map<String, Role> roles;
  private final Scope scope;
  private final Function<@Nullable String, List<String>> deciders;

  /**
   * @param everywhere the role in every application, null for none
   * @param roles by application
   * @param deciders the names of those who say who may do what in an application
   */
  Access(
      Principal principal,
      @Nullable Role everywhere,
      Map<String, Role> roles,
      Scope scope,
      Function<@Nullable String, List<String>> deciders) {
    this.principal = principal;
    this.everywhere = everywhere;
    this.roles = roles;
    this.scope = scope;
    this.deciders = deciders;
  }

  /** Who acts. */
  public Principal principal() {
    return principal;
  }

  /** What the token is limited to; {@link Scope#ALL} for a session. */
  public Scope scope() {
    return scope;
  }

  /** The role in an application; null for none. */
  public @Nullable Role role(@Nullable String application) {
    Role here = application == null ? null : roles.get(application);
    return here != null && (everywhere == null || here.atLeast(everywhere)) ? here : everywhere;
  }

  /** Whether the usual least role and the scope allow it. */
  public boolean may(Right right, @Nullable String application) {
    return may(right, application, right.leastRole());
  }

  /** Whether it is allowed where a declaration names another least role for it. */
  public boolean may(Right right, @Nullable String application, Role least) {
    Role role = role(application);
    return scope.holds(right, application)
        && (right == Right.OWN || (role != null && role.atLeast(least)));
  }

  /** FORBIDDEN, with what is missing and who can change that, unless it is allowed. */
  public void require(Right right, @Nullable String application) {
    require(right, application, right.leastRole());
  }

  /** As above, where a declaration names another least role for it. */
  public void require(Right right, @Nullable String application, Role least) {
    if (!scope.holds(right, application)) {
      throw forbidden(
          "this token is limited to "
              + scope.text()
              + ", so it may not "
              + right.deed()
              + " "
              + place(application)
              + ": take one that may (samdan token create --right "
              + right.text()
              + ")");
    }
    if (!may(right, application, least)) {
      throw forbidden(lacking(right, application, least));
    }
  }

  /** FORBIDDEN for a token that opens the registry only. */
  public void requireMoreThanRegistry() {
    if (!scope.looks()) {
      throw forbidden(
          "this token opens the image registry only: take another (samdan token create NAME)");
    }
  }

  private String lacking(Right right, @Nullable String application, Role least) {
    Role role = role(application);
    List<String> names = deciders.apply(application);
    return principal.user()
        + " may not "
        + right.deed()
        + " "
        + place(application)
        + ": that takes the role "
        + least.text()
        + ", and "
        + (role == null ? "there is none" : "yours is " + role.text())
        + ". "
        + (names.isEmpty() ? "An admin" : String.join(" or ", names))
        + " can change that: samdan user role "
        + principal.user()
        + " "
        + least.text()
        + (application == null ? "" : " --app " + application);
  }

  /** Who can change what may be done in an application: names to show. */
  public List<String> deciders(@Nullable String application) {
    return deciders.apply(application);
  }

  private static String place(@Nullable String application) {
    return application == null ? "Samdan as a whole" : application;
  }

  private static PlatformException forbidden(String message) {
    return new PlatformException(Code.FORBIDDEN, message);
  }

  /** Without what the person may do. */
  @Override
  public String toString() {
    return principal.user();
  }
}
