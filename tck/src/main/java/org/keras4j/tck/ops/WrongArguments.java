package org.keras4j.tck.ops;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.TensorScope;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.tck.draws.Dice;
import org.keras4j.tck.draws.Draw;
import org.keras4j.tck.draws.Draws;
import org.keras4j.tck.draws.Spoiler;
import org.keras4j.tck.kit.KitOptions;
import org.keras4j.tck.kit.KitTest;

/**
 * Every function either takes what it is given, or says with its name, the one that was called, what is wrong: an {@link
 * IllegalArgumentException}, never an exception of the engine or of our own making, and never a crash.
 */
public final class WrongArguments {
  private static final Pattern NAMED = Pattern.compile("(?:[a-z]+\\.)+(\\w+): ");

  // the machinery's names, which users do not know
  private static final Pattern PRIMITIVE =
      Pattern.compile(Arrays.stream(Primitive.class.getPermittedSubclasses())
          .map(Class::getSimpleName)
          .collect(Collectors.joining("|", "(?:^|: )(?:", "): ")));

  // two names of one function, of which saved models know the other
  private static final Map<String, String> ALIASES = Map.of("exponential", "exp");

  private WrongArguments() {}

  /** A test for each function. */
  public static List<KitTest> tests(KitOptions options) {
    return FunctionTests.of(options, 12, (function, i) -> {
      Dice d = Dice.of(77L * i + function.hashCode());
      Draw draw = Spoiler.spoiled(Draws.of(function, d), d);
      if (options.verbose()) {
        System.out.println(function + " " + draw);
      }
      Passed passed = new Passed();
      String message = failure(function, passed.in(draw), passed);
      return message == null ? null : draw + ": " + message;
    });
  }

  /** The functions among a call's arguments, which may fail as they like, and what they failed with. */
  private static final class Passed {
    private final Set<Throwable> thrown = Collections.newSetFromMap(new IdentityHashMap<>());

    Draw in(Draw draw) {
      List<Object> args = new ArrayList<>();
      draw.args().forEach(x -> args.add(Nest.map(x, this::watched)));
      Map<String, Object> kwargs = new LinkedHashMap<>();
      draw.kwargs().forEach((name, x) -> kwargs.put(name, Nest.map(x, this::watched)));
      return new Draw(args, kwargs, draw.byValues());
    }

    private @Nullable Object watched(@Nullable Object x) {
      if (x == null || !x.getClass().isSynthetic()) { // what a lambda's class is
        return x;
      }
      return Proxy.newProxyInstance(
          getClass().getClassLoader(), x.getClass().getInterfaces(), (proxy, method, args) -> {
            try {
              return watched(method.invoke(x, args));
            } catch (InvocationTargetException e) {
              thrown.add(e.getCause());
              throw e.getCause();
            }
          });
    }

    boolean threw(Throwable e) {
      return thrown.contains(e);
    }
  }

  private static @Nullable String failure(String function, Draw draw, Passed passed) {
    try (TensorScope scope = new TensorScope()) {
      Results.of(draw.call(function));
      return null;
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      Matcher named = NAMED.matcher(message);
      String simple = function.substring(function.lastIndexOf('.') + 1);
      boolean own = named.lookingAt()
          && (named.group(1).equals(simple)
              || ALIASES.getOrDefault(simple, simple).equals(named.group(1)));
      return own && !PRIMITIVE.matcher(message).find() ? null : "does not name it: " + e;
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      if (passed.threw(e)) {
        return null;
      }
      StackTraceElement at = e.getStackTrace().length > 0 ? e.getStackTrace()[0] : null;
      return e + " at " + at;
    }
  }
}
