package org.keras4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.keras4j.tck.pages.Checkout;

/** No package of the library is used by one that it uses, and none is too long to read: of the classes as compiled, in all modules. */
class PackageCyclesTest {
  /**
   * The one that there is, and why: tensors and {@code Keras} know the backend that holds them, which knows the graphs that it
   * compiles, whose primitives hold graphs (branches, bodies of loops) and are told by shapes and dtypes, which lie beside tensors. To open
   * it, every program's imports of these would change (docs/decisions/0031).
   */
  private static final Set<Set<String>> KNOWN = Set.of(Set.of(
      "org.keras4j.core",
      "org.keras4j.core.graph",
      "org.keras4j.core.primitive",
      "org.keras4j.core.spi"));

  /** Packages that list siblings of one kind, and may be as long as the list is. */
  private static final Set<String> LISTS = Set.of(
      "org.keras4j.applications",
      "org.keras4j.core.primitive",
      "org.keras4j.layers.image",
      "org.keras4j.training.losses",
      "org.keras4j.training.metrics",
      "org.keras4j.training.optimizers");

  private static final int MOST = 32;

  private static final Pattern NAME = Pattern.compile("L?(org/keras4j/[\\w/]+)/[\\w$]+;?");

  @Test
  void packagesUseEachOtherOneWay() throws IOException {
    Map<String, Map<String, String>> uses = new TreeMap<>();
    Checkout.modules(m -> true, root -> scan(root, uses));
    assertTrue(uses.size() > 50, "packages were found: " + uses.keySet());
    Set<Set<String>> cycles = cycles(uses);
    Set<Set<String>> come = new HashSet<>(cycles);
    come.removeAll(KNOWN);
    assertEquals("", described(come, uses));
    assertEquals(KNOWN, cycles, "a cycle is gone: strike it from the known ones");
  }

  @Test
  void packagesAreReadInOneSitting() throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    Checkout.modules(m -> true, root -> {
      try (Stream<Path> files = Files.walk(root)) {
        files
            .map(f -> root.relativize(f).toString().replace('\\', '/'))
            .filter(n -> n.startsWith("org/keras4j/") && n.endsWith(".class") && !n.contains("$"))
            .forEach(
                n -> counts.merge(dotted(n.substring(0, n.lastIndexOf('/'))), 1, Integer::sum));
      }
    });
    assertTrue(counts.keySet().containsAll(LISTS), "lists that are there: " + LISTS);
    counts.keySet().removeAll(LISTS);
    counts.values().removeIf(n -> n <= MOST);
    assertEquals(Map.of(), counts, "packages of more than " + MOST + " files");
  }

  @Test
  void aCycleIsFound() {
    Map<String, Map<String, String>> uses = new TreeMap<>();
    uses.put("a", Map.of("b", "x"));
    uses.put("b", Map.of("c", "x", "d", "x"));
    uses.put("c", Map.of("a", "x"));
    uses.put("d", Map.of("d", "x"));
    assertEquals(Set.of(Set.of("a", "b", "c")), cycles(uses));
  }

  /** Of each package the packages it uses, each with a class that does. */
  private static void scan(Path root, Map<String, Map<String, String>> uses) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = root.relativize(file).toString().replace('\\', '/');
        if (!name.startsWith("org/keras4j/") || !name.endsWith(".class")) {
          continue;
        }
        String from = dotted(name.substring(0, name.lastIndexOf('/')));
        Map<String, String> targets = uses.computeIfAbsent(from, k -> new TreeMap<>());
        try (InputStream in = Files.newInputStream(file)) {
          for (String to : packages(new DataInputStream(in))) {
            if (!to.equals(from)) {
              targets.putIfAbsent(to, name.substring(name.lastIndexOf('/') + 1));
            }
          }
        }
      }
    }
  }

  private static String dotted(String name) {
    return name.replace('/', '.');
  }

  /** The packages of this library that stand in the constant pool of a class. */
  private static Set<String> packages(DataInputStream in) throws IOException {
    in.skipNBytes(8);
    int count = in.readUnsignedShort();
    Set<String> out = new TreeSet<>();
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> {
          Matcher m = NAME.matcher(in.readUTF());
          while (m.find()) {
            out.add(dotted(m.group(1)));
          }
        }
        case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
        case 15 -> in.skipNBytes(3);
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
        case 5, 6 -> {
          in.skipNBytes(8);
          i++; // takes two places
        }
        default -> throw new IOException("An unknown constant " + tag);
      }
    }
    return out;
  }

  /** The sets of packages that reach one another. */
  private static Set<Set<String>> cycles(Map<String, Map<String, String>> uses) {
    Map<String, Set<String>> reached = new HashMap<>();
    for (String p : uses.keySet()) {
      Set<String> seen = new HashSet<>();
      Deque<String> next = new ArrayDeque<>(uses.get(p).keySet());
      while (!next.isEmpty()) {
        String q = next.pop();
        if (seen.add(q)) {
          next.addAll(uses.getOrDefault(q, Map.of()).keySet());
        }
      }
      reached.put(p, seen);
    }
    Set<Set<String>> out = new HashSet<>();
    for (String p : uses.keySet()) {
      Set<String> around = new TreeSet<>(reached.get(p));
      around.removeIf(q -> !reached.getOrDefault(q, Set.of()).contains(p));
      if (around.size() > 1) {
        out.add(Set.copyOf(around));
      }
    }
    return out;
  }

  private static String described(Set<Set<String>> cycles, Map<String, Map<String, String>> uses) {
    List<String> lines = new ArrayList<>();
    for (Set<String> cycle : cycles) {
      for (String from : new TreeSet<>(cycle)) {
        uses.get(from).forEach((to, by) -> {
          if (cycle.contains(to)) {
            lines.add(from + " uses " + to + " in " + by);
          }
        });
      }
    }
    return String.join("\n", lines);
  }
}
