package org.keras4j.backend.xla.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a size follows from the open sizes: a sum of products of these, or of their quotients. It is found from examples, the values
 * that open sizes have in several bindings and the value that the size has in each.
 *
 * @param terms what is added
 * @param constant what is added to the sum
 */
record SizeFormula(List<Product> terms, long constant) {
  private static final long[] DIVISORS = {1, 2, 4, 8, 16, 32, 3};
  private static final int MOST = 6;
  private static final Pattern QUOTIENT =
      Pattern.compile("floordiv\\((\\w+)(?: \\+ (\\d+))?, (\\d+)\\)");

  /** {@code (size + add) / divisor}, rounded down. */
  record Quotient(int symbol, long add, long divisor) {
    long value(long... sizes) {
      return (sizes[symbol] + add) / divisor;
    }
  }

  /** {@code factor * quotients...}. */
  record Product(long factor, List<Quotient> quotients) {
    long value(long... sizes) {
      long v = factor;
      for (Quotient q : quotients) {
        v *= q.value(sizes);
      }
      return v;
    }
  }

  /** What it gives for open sizes. */
  long value(long... sizes) {
    long v = constant;
    for (Product p : terms) {
      v += p.value(sizes);
    }
    return v;
  }

  /**
   * The formula of a size.
   *
   * @param bindings values of the open sizes, one array a binding; they must differ enough to tell formulas apart
   * @param values the size in each binding
   * @return null if it is none of those that are known here
   */
  static @Nullable SizeFormula of(long[][] bindings, long... values) {
    int symbols = bindings[0].length;
    SizeFormula found = affine(bindings, values, List.of());
    for (int i = 0; i < symbols && found == null; i++) {
      found = affine(bindings, values, List.of(new Quotient(i, 0, 1)));
    }
    List<List<Quotient>> products = products(symbols);
    for (int k = 0; k < products.size() && found == null; k++) {
      found = affine(bindings, values, products.get(k));
    }
    for (int i = 0; i < symbols && found == null; i++) {
      for (int j = i + 1; j < symbols && found == null; j++) {
        found = sum(bindings, values, i, j);
      }
    }
    for (int i = 0; i < symbols && found == null; i++) {
      found = difference(bindings, values, i);
    }
    return found;
  }

  // of two quotients of one size, as remainders are
  private static @Nullable SizeFormula difference(long[][] bindings, long[] values, int symbol) {
    List<Quotient> all = quotients(symbol);
    for (long factor = -MOST; factor <= MOST; factor++) {
      if (factor == 0) {
        continue;
      }
      for (Quotient q : all) {
        Product p = new Product(factor, List.of(q));
        long[] rest = values.clone();
        for (int k = 0; k < rest.length; k++) {
          rest[k] -= p.value(bindings[k]);
        }
        for (Quotient other : all) {
          SizeFormula f = affine(bindings, rest, List.of(other));
          if (f != null) {
            List<Product> terms = new ArrayList<>(f.terms);
            terms.add(p);
            return new SizeFormula(terms, f.constant);
          }
        }
      }
    }
    return null;
  }

  private static List<Quotient> quotients(int symbol) {
    List<Quotient> out = new ArrayList<>();
    for (long d : DIVISORS) {
      for (long add = 0; add < d; add++) {
        out.add(new Quotient(symbol, add, d));
      }
    }
    return out;
  }

  /** Quotients of one size, then products of those of different sizes, the simple ones first. */
  private static List<List<Quotient>> products(int symbols) {
    List<List<Quotient>> out = new ArrayList<>();
    List<List<Quotient>> single = new ArrayList<>();
    for (int i = 0; i < symbols; i++) {
      List<Quotient> mine = quotients(i);
      single.add(mine);
      mine.forEach(q -> out.add(List.of(q)));
      mine.forEach(q -> out.add(List.of(q, q)));
    }
    for (int i = 0; i < symbols; i++) {
      for (int j = i + 1; j < symbols; j++) {
        for (Quotient a : single.get(i)) {
          for (Quotient b : single.get(j)) {
            out.add(List.of(a, b));
          }
        }
      }
    }
    // the first size is the batch, whose quotients nobody takes
    for (int i = 1; i < symbols; i++) {
      for (int j = i + 1; j < symbols; j++) {
        for (Quotient a : single.get(i)) {
          for (Quotient b : single.get(j)) {
            out.add(List.of(new Quotient(0, 0, 1), a, b));
          }
        }
      }
    }
    return out;
  }

  // values as a multiple of the product and a constant
  private static @Nullable SizeFormula affine(
      long[][] bindings, long[] values, List<Quotient> quotients) {
    if (quotients.isEmpty()) {
      return checked(new SizeFormula(List.of(), values[0]), bindings, values);
    }
    Product one = new Product(1, quotients);
    long first = one.value(bindings[0]);
    for (int k = 1; k < values.length; k++) {
      long step = one.value(bindings[k]) - first;
      if (step != 0) {
        long rise = values[k] - values[0];
        long factor = rise / step;
        if (factor == 0 || factor * step != rise) {
          return null;
        }
        Product p = new Product(factor, quotients);
        return checked(
            new SizeFormula(List.of(p), values[0] - p.value(bindings[0])), bindings, values);
      }
    }
    return null;
  }

  private static @Nullable SizeFormula sum(long[][] bindings, long[] values, int i, int j) {
    for (long a = -MOST; a <= MOST; a++) {
      if (a == 0) {
        continue;
      }
      long[] rest = values.clone();
      for (int k = 0; k < rest.length; k++) {
        rest[k] -= a * bindings[k][i];
      }
      SizeFormula other = affine(bindings, rest, List.of(new Quotient(j, 0, 1)));
      if (other != null) {
        List<Product> all = new ArrayList<>(other.terms);
        all.add(new Product(a, List.of(new Quotient(i, 0, 1))));
        return new SizeFormula(all, other.constant);
      }
    }
    return null;
  }

  private static @Nullable SizeFormula checked(SizeFormula f, long[][] bindings, long... values) {
    for (int k = 0; k < values.length; k++) {
      if (f.value(bindings[k]) != values[k]) {
        return null;
      }
    }
    return f;
  }

  /** The value of a {@link #text} for sizes by name. */
  static long evaluate(String text, Map<String, Long> sizes) {
    String plain = QUOTIENT.matcher(text).replaceAll(m -> {
      long add = m.group(2) == null ? 0 : Long.parseLong(m.group(2));
      return Long.toString((size(m.group(1), sizes) + add) / Long.parseLong(m.group(3)));
    });
    long sum = 0;
    for (String product : plain.split(" \\+ ")) {
      long v = 1;
      for (String factor : product.split("\\*")) {
        v *= factor.matches("-?\\d+") ? Long.parseLong(factor) : size(factor, sizes);
      }
      sum += v;
    }
    return sum;
  }

  private static long size(String name, Map<String, Long> sizes) {
    Long v = sizes.get(name);
    if (v == null) {
      throw new IllegalArgumentException("There is no size '" + name + "', only " + sizes.keySet());
    }
    return v;
  }

  /** As JAX writes dimensions: {@code 4*floordiv(n + 1, 2) + 3}. */
  String text(List<String> names) {
    StringJoiner sum = new StringJoiner(" + ");
    for (Product p : terms) {
      StringJoiner product = new StringJoiner("*");
      if (p.factor != 1 || p.quotients.isEmpty()) {
        product.add(Long.toString(p.factor));
      }
      for (Quotient q : p.quotients) {
        String name = names.get(q.symbol);
        String n = q.add == 0 ? name : name + " + " + q.add;
        product.add(q.divisor == 1 ? n : "floordiv(" + n + ", " + q.divisor + ")");
      }
      sum.add(product.toString());
    }
    if (constant != 0 || terms.isEmpty()) {
      sum.add(Long.toString(constant));
    }
    return sum.toString();
  }
}
