package org.keras4j.tck.saving.damage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.tck.saving.damage.ConfigTree.Place;

/** Changes configs at any place of their tree. */
final class ConfigDamage {
  private final Dice dice;
  private final List<String> classNames;

  ConfigDamage(Dice dice, List<String> classNames) {
    this.dice = dice;
    this.classNames = classNames;
  }

  byte[] change(byte[] config) {
    ConfigTree tree = new ConfigTree(config);
    for (int times = 1 + (dice.one(3) ? dice.below(4) : 0); times > 0; times--) {
      List<Place> places = tree.places();
      if (!places.isEmpty()) {
        change(dice.of(places), places);
      }
    }
    String text = tree.text();
    return (dice.one(12) ? tokens(text) : text).getBytes(StandardCharsets.UTF_8);
  }

  private void change(Place p, List<Place> all) {
    switch (dice.below(9)) {
      case 0 -> p.remove();
      case 1, 2, 3 -> p.set(value());
      case 4 -> p.set(copy(dice.of(all).get())); // another part of the same tree
      case 5 -> {
        if (p.get() instanceof Number) {
          p.set(dice.one(2) ? (Object) dice.corner() : (Object) (double) dice.number());
        } else {
          p.set(new ArrayList<>(List.of(copyOrEmpty(p.get()))));
        }
      }
      case 6 -> named(all);
      case 7 -> listed(p);
      default -> {
        if (p.container() instanceof Map<?, ?>) {
          @SuppressWarnings("unchecked")
          Map<Object, Object> m = (Map<Object, Object>) p.container();
          m.put(
              dice.of(List.of("x", "", "name", "config", "class_name", "module", "dtype")),
              value());
        } else {
          p.set(value());
        }
      }
    }
  }

  // a class that is another one's place
  private void named(List<Place> all) {
    List<Place> names = all.stream().filter(q -> "class_name".equals(q.key())).toList();
    if (!names.isEmpty()) {
      dice.of(names).set(dice.of(classNames));
    }
  }

  private void listed(Place p) {
    if (p.get() instanceof List<?> l && !l.isEmpty()) {
      List<Object> out = new ArrayList<>(l);
      switch (dice.below(3)) {
        case 0 -> Collections.reverse(out);
        case 1 -> out.addAll(l);
        default -> out.remove(dice.below(out.size()));
      }
      p.set(out);
    } else {
      p.set(value());
    }
  }

  private static Object copyOrEmpty(Object tree) {
    return tree == null ? "" : copy(tree);
  }

  private static Object copy(Object tree) {
    if (tree instanceof Map<?, ?> m) {
      Map<Object, Object> out = new LinkedHashMap<>();
      m.forEach((k, v) -> out.put(k, copy(v)));
      return out;
    }
    if (tree instanceof List<?> l) {
      List<Object> out = new ArrayList<>();
      l.forEach(v -> out.add(copy(v)));
      return out;
    }
    return tree;
  }

  private Object value() {
    return switch (dice.below(16)) {
      case 0 -> null;
      case 1 -> dice.one(2);
      case 2, 3, 4 -> dice.corner();
      case 5 -> dice.below(10);
      case 6 -> dice.of(List.of(0.5, -0.5, 1e-300, 1e300, 1e40, 0.1, -1.0));
      case 7 ->
        dice.of(
            List.of("", "a", "relu", "same", "float32", "int8", "auto", "linear", "zeros", "\0"));
      case 8 -> "long".repeat(1 + dice.below(3000));
      case 9 -> new ArrayList<>();
      case 10 -> new LinkedHashMap<>();
      case 11 -> new ArrayList<>(Collections.nCopies(1 + dice.below(5), dice.corner()));
      case 12 -> new ArrayList<>(Collections.nCopies(dice.one(5) ? 20_000 : 3, dice.below(5)));
      case 13 -> nested();
      case 14 -> new java.math.BigInteger("9".repeat(1 + dice.below(60)));
      default -> dice.of(classNames);
    };
  }

  private Object nested() {
    Object out = dice.below(3);
    for (int i = 1 + dice.below(dice.one(4) ? 600 : 6); i > 0; i--) {
      out = dice.one(2) ? new ArrayList<>(List.of(out)) : new LinkedHashMap<>(Map.of("a", out));
    }
    return out;
  }

  private String tokens(String text) {
    int at = dice.below(text.length());
    return switch (dice.below(5)) {
      case 0 -> text.substring(0, at);
      case 1 -> text.replace("null", "NaN");
      case 2 -> text.replace("true", "Infinity");
      case 3 ->
        text.substring(0, at)
            + dice.of(List.of("{", "[", "\"", ",", ":", "1e999", "-", "\\u0000"))
            + text.substring(at);
      default -> text + text;
    };
  }
}
