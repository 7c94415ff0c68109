package org.keras4j.text;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.pipeline.Pipeline;
import org.keras4j.text.internal.pipeline.Template;

/** Makes encodings of the tokens of texts: cuts them, and puts tokens around them. */
final class Assembly {
  private final Pipeline pipeline;
  private final boolean addSpecial;

  Assembly(Pipeline pipeline, boolean addSpecial) {
    this.pipeline = pipeline;
    this.addSpecial = addSpecial;
  }

  /** Tokens, and the parts that were cut off of them. */
  private record Cut(Columns main, List<Columns> rest) {
    Cut then(Cut other) {
      List<Columns> all = new ArrayList<>();
      for (Columns r : rest) {
        all.add(r.then(other.main));
        for (Columns o : other.rest) {
          all.add(r.then(o));
        }
      }
      for (Columns o : other.rest) {
        all.add(main.then(o));
      }
      return new Cut(main.then(other.main), all);
    }
  }

  Encoding encoding(Columns first, @Nullable Columns second, @Nullable Truncation truncation) {
    Template template = pipeline.template();
    Cut a = new Cut(first, List.of());
    Cut b = second == null ? null : new Cut(second, List.of());
    if (truncation != null) {
      int added = addSpecial ? template.added(second != null) : 0;
      int most = truncation.length() - added;
      if (most < 0) {
        throw new IllegalArgumentException("Truncation: a length of " + truncation.length()
            + " does not hold the " + added + " tokens around texts");
      }
      int[] lengths = lengths(first, second, most, truncation.strategy());
      a = cut(first, lengths[0], truncation);
      b = second == null ? null : cut(second, lengths[1], truncation);
    }
    Cut whole = null;
    for (Template.Part part : b == null ? template.single() : template.pair()) {
      Cut next = part(part, a, b);
      whole = whole == null || next == null ? (next == null ? whole : next) : whole.then(next);
    }
    if (whole == null) {
      return new Encoding(pipeline, Columns.empty(), List.of());
    }
    List<Encoding> rest =
        whole.rest.stream().map(c -> new Encoding(pipeline, c, List.of())).toList();
    return new Encoding(pipeline, whole.main, rest);
  }

  private @Nullable Cut part(Template.Part part, Cut a, @Nullable Cut b) {
    if (part.text() < 0) {
      int[] ids = part.ids().stream().mapToInt(Integer::intValue).toArray();
      return addSpecial ? new Cut(Columns.around(ids, part.type()), List.of()) : null;
    }
    Cut of = part.text() == 0 ? a : b;
    if (of == null || part.type() == 0) {
      return of;
    }
    return new Cut(
        of.main.withType(part.type()),
        of.rest.stream().map(c -> c.withType(part.type())).toList());
  }

  private static int[] lengths(
      Columns first, @Nullable Columns second, int most, Truncation.Strategy strategy) {
    int n1 = first.ids().length;
    int n2 = second == null ? 0 : second.ids().length;
    int excess = n1 + n2 - most;
    if (excess <= 0) {
      return new int[] {n1, n2};
    }
    return switch (strategy) {
      case LONGEST_FIRST -> {
        if (second == null) {
          yield new int[] {most, 0};
        }
        int less = Math.min(n1, n2);
        int more = less > most ? less : Math.max(less, most - less);
        if (less + more > most) {
          less = most / 2;
          more = less + most % 2;
        }
        yield n1 > n2 ? new int[] {more, less} : new int[] {less, more};
      }
      case ONLY_FIRST -> {
        enough("first", n1, excess);
        yield new int[] {n1 - excess, n2};
      }
      case ONLY_SECOND -> {
        if (second == null) {
          throw new IllegalArgumentException("Truncation: ONLY_SECOND, but there is one text");
        }
        enough("second", n2, excess);
        yield new int[] {n1, n2 - excess};
      }
    };
  }

  private static void enough(String which, int n, int excess) {
    if (n <= excess) {
      throw new IllegalArgumentException("Truncation: the " + which + " text has " + n
          + " tokens, of which " + excess + " would have to go");
    }
  }

  private static Cut cut(Columns c, int most, Truncation t) {
    int n = c.ids().length;
    if (most >= n) {
      return new Cut(c, List.of());
    }
    if (most == 0) {
      return new Cut(c.slice(0, 0), List.of(c));
    }
    if (t.stride() >= most) {
      throw new IllegalArgumentException("Truncation: the stride " + t.stride()
          + " must be below the " + most + " tokens that are left to the text");
    }
    List<Columns> parts = new ArrayList<>();
    int step = most - t.stride();
    if (t.side() == Side.RIGHT) {
      for (int start = 0; ; start += step) {
        int stop = Math.min(start + most, n);
        parts.add(c.slice(start, stop));
        if (stop == n) {
          break;
        }
      }
    } else {
      for (int stop = n; ; stop -= step) {
        int start = Math.max(0, stop - most);
        parts.add(c.slice(start, stop));
        if (start == 0) {
          break;
        }
      }
    }
    return new Cut(parts.get(0), parts.subList(1, parts.size()));
  }
}
