package org.keras4j.models;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Places boxes in ranks, one below the other, so that arrows go downwards, seldom cross and are short (after Sugiyama et
 * al. 1981): ranks by the longest way, order within a rank by the means of the neighbours, places as near to the
 * neighbours as the order allows.
 */
final class PlotLayout {
  private static final int SWEEPS = 8;

  /** What is placed: a box, or a bend of an arrow over several ranks, which has no size. */
  private static final class Item {
    final double width;
    final double height;
    final List<Item> above = new ArrayList<>();
    final List<Item> below = new ArrayList<>();
    int rank;
    double order;
    double x;

    Item(double width, double height) {
      this.width = width;
      this.height = height;
    }
  }

  /** The size of what is placed. */
  record Size(double width, double height) {}

  /** The middle of something. */
  record Point(double x, double y) {}

  /**
   * Where everything is.
   *
   * @param middles of the boxes, by id
   * @param bends of arrows over several ranks, from their start on, by arrow
   * @param gaps for each rank the middle of the gap below
   */
  record Placed(
      Map<Integer, Point> middles,
      Map<PlotGraph.Arrow, List<Point>> bends,
      List<Double> gaps,
      Map<Integer, Integer> ranks,
      Size size) {}

  private final double gapX;
  private final double gapY;
  private final Map<Integer, Item> items = new LinkedHashMap<>();
  private final Map<PlotGraph.Arrow, List<Item>> dummies = new LinkedHashMap<>();
  private final List<List<Item>> ranks = new ArrayList<>();

  private PlotLayout(double gapX, double gapY) {
    this.gapX = gapX;
    this.gapY = gapY;
  }

  /**
   * Places boxes; arrows must not go in circles, and those from a box to itself are passed over.
   *
   * @param boxes their sizes by id, in the order in which they come first
   */
  static Placed place(
      Map<Integer, Size> boxes, Set<PlotGraph.Arrow> arrows, double gapX, double gapY) {
    PlotLayout l = new PlotLayout(gapX, gapY);
    boxes.forEach((id, s) -> l.items.put(id, new Item(s.width, s.height)));
    Set<PlotGraph.Arrow> between = new LinkedHashSet<>(arrows);
    between.removeIf(a -> a.from() == a.to());
    for (PlotGraph.Arrow a : between) {
      l.item(a.from()).below.add(l.item(a.to()));
      l.item(a.to()).above.add(l.item(a.from()));
    }
    l.rank();
    between.forEach(l::bend);
    l.fill();
    l.order();
    l.align();
    return l.placed();
  }

  private void rank() {
    List<Item> ready = new ArrayList<>();
    Map<Item, Integer> open = new java.util.IdentityHashMap<>();
    for (Item i : items.values()) {
      open.put(i, i.above.size());
      if (i.above.isEmpty()) {
        ready.add(i);
      }
    }
    for (int k = 0; k < ready.size(); k++) {
      Item i = ready.get(k);
      for (Item b : i.below) {
        b.rank = Math.max(b.rank, i.rank + 1);
        if (open.merge(b, -1, Integer::sum) == 0) {
          ready.add(b);
        }
      }
    }
    for (Item i : items.values()) { // inputs stand right above what takes them
      if (i.above.isEmpty() && !i.below.isEmpty()) {
        i.rank = i.below.stream().mapToInt(b -> b.rank).min().getAsInt() - 1;
      }
    }
  }

  private Item item(int id) {
    return Objects.requireNonNull(items.get(id));
  }

  // an arrow over several ranks gets a bend in each, so that boxes make room
  private void bend(PlotGraph.Arrow a) {
    Item from = item(a.from());
    Item to = item(a.to());
    if (to.rank <= from.rank + 1) {
      return;
    }
    from.below.remove(to);
    to.above.remove(from);
    List<Item> bends = new ArrayList<>();
    Item last = from;
    for (int r = from.rank + 1; r < to.rank; r++) {
      Item d = new Item(0, 0);
      d.rank = r;
      last.below.add(d);
      d.above.add(last);
      bends.add(d);
      last = d;
    }
    last.below.add(to);
    to.above.add(last);
    dummies.put(a, bends);
  }

  private void fill() {
    List<Item> all = new ArrayList<>(items.values());
    dummies.values().forEach(all::addAll);
    for (Item i : all) {
      while (ranks.size() <= i.rank) {
        ranks.add(new ArrayList<>());
      }
      ranks.get(i.rank).add(i);
    }
    ranks.forEach(PlotLayout::number);
  }

  private static void number(List<Item> rank) {
    for (int i = 0; i < rank.size(); i++) {
      rank.get(i).order = i;
    }
  }

  private void order() {
    for (int s = 0; s < SWEEPS; s++) {
      for (int k = 1; k < ranks.size(); k++) {
        int r = s % 2 == 0 ? k : ranks.size() - 1 - k;
        List<Item> rank = ranks.get(r);
        for (Item i : rank) {
          List<Item> near = s % 2 == 0 ? i.above : i.below;
          i.x = near.stream().mapToDouble(n -> n.order).average().orElse(i.order);
        }
        rank.sort(Comparator.comparingDouble((Item i) -> i.x));
        number(rank);
      }
    }
  }

  private void align() {
    for (List<Item> rank : ranks) {
      double[] wanted = new double[rank.size()];
      spread(rank, wanted);
    }
    for (int s = 0; s < SWEEPS; s++) {
      for (int k = 0; k < ranks.size(); k++) {
        List<Item> rank = ranks.get(s % 2 == 0 ? k : ranks.size() - 1 - k);
        double[] wanted = new double[rank.size()];
        for (int i = 0; i < wanted.length; i++) {
          Item item = rank.get(i);
          List<Item> near = new ArrayList<>(item.above);
          near.addAll(item.below);
          wanted[i] = near.stream().mapToDouble(n -> n.x).average().orElse(item.x);
        }
        spread(rank, wanted);
      }
    }
  }

  /** The places nearest to those wanted that keep order and distance: a regression to growing numbers. */
  private void spread(List<Item> rank, double[] wanted) {
    int n = wanted.length;
    double[] offset = new double[n];
    for (int i = 1; i < n; i++) {
      offset[i] = offset[i - 1] + (rank.get(i - 1).width + rank.get(i).width) / 2 + gapX;
    }
    double[] mean = new double[n];
    int[] count = new int[n];
    int blocks = 0;
    for (int i = 0; i < n; i++) {
      mean[blocks] = wanted[i] - offset[i];
      count[blocks++] = 1;
      while (blocks > 1 && mean[blocks - 2] > mean[blocks - 1]) {
        int c = count[blocks - 2] + count[blocks - 1];
        mean[blocks - 2] =
            (mean[blocks - 2] * count[blocks - 2] + mean[blocks - 1] * count[blocks - 1]) / c;
        count[blocks - 2] = c;
        blocks--;
      }
    }
    int i = 0;
    for (int b = 0; b < blocks; b++) {
      for (int k = 0; k < count[b]; k++, i++) {
        rank.get(i).x = mean[b] + offset[i];
      }
    }
  }

  private Placed placed() {
    double left = Double.MAX_VALUE;
    double right = -Double.MAX_VALUE;
    double[] middles = new double[ranks.size()];
    List<Double> gaps = new ArrayList<>();
    double y = 0;
    for (int r = 0; r < ranks.size(); r++) {
      double height = 0;
      for (Item i : ranks.get(r)) {
        height = Math.max(height, i.height);
        left = Math.min(left, i.x - i.width / 2);
        right = Math.max(right, i.x + i.width / 2);
      }
      middles[r] = y + height / 2;
      y += height + gapY;
      gaps.add(y - gapY / 2);
    }
    double shift = left;
    Map<Integer, Point> at = new LinkedHashMap<>();
    Map<Integer, Integer> rankOf = new LinkedHashMap<>();
    items.forEach((id, i) -> {
      at.put(id, new Point(i.x - shift, middles[i.rank]));
      rankOf.put(id, i.rank);
    });
    Map<PlotGraph.Arrow, List<Point>> bends = new LinkedHashMap<>();
    dummies.forEach((a, l) -> bends.put(
        a, l.stream().map(i -> new Point(i.x - shift, middles[i.rank])).toList()));
    return new Placed(at, bends, gaps, rankOf, new Size(right - left, Math.max(0, y - gapY)));
  }
}
