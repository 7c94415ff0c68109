package org.keras4j.training.datasets;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/**
 * Reads what Python's {@code pickle} wrote, as far as it is data: numbers, texts, bytes, lists, tuples, maps, and NumPy's arrays. It
 * makes no other object and calls nothing: any other class or function that the file names is refused.
 *
 * <p>Integers come as {@link Integer}, {@link Long} or {@link BigInteger}, bytes and the strings of Python 2 as {@code byte[]}.
 */
final class Pickle {
  /**
   * An array of NumPy.
   *
   * @param type as {@code "u1"} or {@code "O8"}
   * @param data {@code byte[]}, or for objects a {@link List}
   */
  record Array(long[] shape, String type, boolean bigEndian, boolean fortran, Object data) {}

  private static final Object MARK = new Object();

  // what a list or an entry of one takes at least
  private static final int COST = 8;
  private static final int MAX_TEXT = 1 << 28;
  private static final Set<String> RECONSTRUCT =
      Set.of("numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct");
  private static final Set<String> FROM_BUFFER =
      Set.of("numpy.core.numeric _frombuffer", "numpy._core.numeric _frombuffer");
  private static final String NDARRAY = "numpy ndarray";
  private static final String DTYPE = "numpy dtype";
  private static final String ENCODE = "_codecs encode";
  private static final int SMALL = 1 << 17;

  /** A class or function that is known; nothing of it is run. */
  private record Global(String name) {}

  private static final class Dtype {
    String name = "";
    boolean bigEndian;
  }

  /** An array before its contents are known. */
  private static final class Raw {
    @Nullable
    Array array;
  }

  private final DataInputStream in;
  private final long most;
  private long used;
  private List<@Nullable Object> stack = new ArrayList<>();
  private final Map<Integer, @Nullable Object> memo = new HashMap<>();
  private final Integer[] small = new Integer[SMALL];

  private Pickle(InputStream in, ReadLimits limits) {
    this.in = new DataInputStream(in);
    this.most = limits.maxArrayBytes();
  }

  /**
   * The object in a stream.
   *
   * @throws FileFormatException if it is damaged, too large, or not data alone
   */
  static @Nullable Object read(InputStream in, ReadLimits limits) throws IOException {
    Pickle p = new Pickle(in, limits);
    try {
      return array(p.run());
    } catch (EOFException e) {
      throw new FileFormatException("the pickled data is cut short", e);
    } catch (ClassCastException | IndexOutOfBoundsException | NumberFormatException e) {
      throw Failures.inPlaceOf(
          e,
          new FileFormatException("the pickled data is damaged: " + e.getMessage(), e.getCause()));
    }
  }

  /** The array that an object within the data is; other objects as they are. */
  static @Nullable Object array(@Nullable Object o) {
    return o instanceof Raw r ? r.array : o;
  }

  private static FileFormatException refused(String what) {
    return new FileFormatException(
        "the pickled data holds " + what + ", which is not read: only plain data and arrays are");
  }

  private void take(long bytes) throws FileFormatException {
    used += bytes;
    if (used > most) {
      throw new FileFormatException("the pickled data takes more than the " + most
          + " bytes of memory that are taken (ReadLimits.maxArrayBytes)");
    }
  }

  private @Nullable Object run() throws IOException {
    while (true) {
      int op = in.readUnsignedByte();
      if (op == '.') {
        Object out = pop();
        if (out == MARK || out instanceof Global || out instanceof Dtype) {
          throw refused("no value");
        }
        return out;
      }
      take(COST);
      step(op);
    }
  }

  private void step(int op) throws IOException {
    switch (op) {
      case 0x80 -> in.readUnsignedByte(); // protocol
      case 0x95 -> in.readLong(); // frame
      case '(' -> stack.add(MARK);
      case '0' -> pop();
      case '1' -> popMark();
      case '2' -> stack.add(top());
      case 'N' -> stack.add(null);
      case 0x88 -> stack.add(true);
      case 0x89 -> stack.add(false);
      case 'K' -> stack.add(boxed(in.readUnsignedByte()));
      case 'M' -> stack.add(boxed(Short.toUnsignedInt(Short.reverseBytes(in.readShort()))));
      case 'J' -> stack.add(boxed(Integer.reverseBytes(in.readInt())));
      case 'I' -> integer(line());
      case 'L' -> integer(line().replace("L", ""));
      case 0x8a -> stack.add(longOf(bytes(in.readUnsignedByte())));
      case 0x8b -> stack.add(longOf(bytes(length4())));
      case 'G' -> stack.add(in.readDouble());
      case 'F' -> stack.add(Double.valueOf(line()));
      case 'S' -> stack.add(quoted(line()));
      case 'V' -> stack.add(line());
      case 'U', 'C' -> stack.add(bytes(in.readUnsignedByte()));
      case 'T', 'B' -> stack.add(bytes(length4()));
      case 0x8e, 0x96 -> stack.add(bytes(length8()));
      case 'X' -> stack.add(text(length4()));
      case 0x8c -> stack.add(text(in.readUnsignedByte()));
      case 0x8d -> stack.add(text(length8()));
      case ']' -> stack.add(new ArrayList<>());
      case '}' -> stack.add(new LinkedHashMap<>());
      case ')' -> stack.add(List.of());
      case 'l' -> stack.add(popMark());
      case 't' -> stack.add(Collections.unmodifiableList(popMark()));
      case 'd' -> {
        Map<Object, Object> m = new LinkedHashMap<>();
        put(m, popMark());
        stack.add(m);
      }
      case 0x85 -> tuple(1);
      case 0x86 -> tuple(2);
      case 0x87 -> tuple(3);
      case 'a' -> {
        Object x = pop();
        list(top()).add(x);
      }
      case 'e' -> {
        List<@Nullable Object> more = popMark();
        list(top()).addAll(more);
      }
      case 's' -> {
        Object value = pop();
        Object key = pop();
        put(map(top()), java.util.Arrays.asList(key, value));
      }
      case 'u' -> {
        List<@Nullable Object> more = popMark();
        put(map(top()), more);
      }
      case 'p' -> memo.put(Integer.parseInt(line()), top());
      case 'q' -> memo.put(in.readUnsignedByte(), top());
      case 'r' -> memo.put(Integer.reverseBytes(in.readInt()), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'g' -> stack.add(known(Integer.parseInt(line())));
      case 'h' -> stack.add(known(in.readUnsignedByte()));
      case 'j' -> stack.add(known(Integer.reverseBytes(in.readInt())));
      case 'c' -> {
        String module = line();
        stack.add(global(module + " " + line()));
      }
      case 0x93 -> {
        Object name = pop();
        stack.add(global(pop() + " " + name));
      }
      case 'R' -> {
        if (!(pop() instanceof List<?> arguments)) {
          throw refused("a call without arguments");
        }
        stack.add(reduced(pop(), arguments));
      }
      case 'b' -> {
        Object state = pop();
        build(top(), state);
      }
      default ->
        throw refused("an instruction " + (op > ' ' && op < 127 ? "'" + (char) op + "'" : op));
    }
  }

  // ---- the stack

  private @Nullable Object pop() throws FileFormatException {
    if (stack.isEmpty()) {
      throw new FileFormatException("the pickled data is damaged: nothing is there to take");
    }
    return stack.remove(stack.size() - 1);
  }

  private @Nullable Object top() throws FileFormatException {
    if (stack.isEmpty()) {
      throw new FileFormatException("the pickled data is damaged: nothing is there to use");
    }
    return stack.get(stack.size() - 1);
  }

  private List<@Nullable Object> popMark() throws FileFormatException {
    int at = stack.size() - 1;
    while (at >= 0 && stack.get(at) != MARK) {
      at--;
    }
    if (at < 0) {
      throw new FileFormatException("the pickled data is damaged: a list has no beginning");
    }
    List<@Nullable Object> out = new ArrayList<>(stack.subList(at + 1, stack.size()));
    take((long) COST * out.size());
    stack.subList(at, stack.size()).clear();
    return out;
  }

  private void tuple(int n) {
    List<@Nullable Object> last = stack.subList(stack.size() - n, stack.size());
    List<@Nullable Object> out = Collections.unmodifiableList(new ArrayList<>(last));
    last.clear();
    stack.add(out);
  }

  @SuppressWarnings("unchecked")
  private static List<@Nullable Object> list(@Nullable Object o) throws FileFormatException {
    if (o instanceof ArrayList<?> l) {
      return (List<@Nullable Object>) l;
    }
    throw new FileFormatException("the pickled data is damaged: what is added to is no list");
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> map(@Nullable Object o) throws FileFormatException {
    if (o instanceof LinkedHashMap<?, ?> m) {
      return (Map<Object, Object>) m;
    }
    throw new FileFormatException("the pickled data is damaged: what is put into is no map");
  }

  private void put(Map<Object, Object> map, List<@Nullable Object> entries)
      throws FileFormatException {
    take(6L * COST * entries.size());
    for (int i = 0; i + 1 < entries.size(); i += 2) {
      Object key = entries.get(i);
      if (key instanceof byte[] b) {
        key = new String(b, StandardCharsets.ISO_8859_1);
      }
      if (!(key instanceof String) && !(key instanceof Number)) {
        throw refused("a map with keys that are neither texts nor numbers");
      }
      map.put(key, entries.get(i + 1));
    }
  }

  private @Nullable Object known(int number) throws FileFormatException {
    if (!memo.containsKey(number)) {
      throw new FileFormatException("the pickled data is damaged: it refers to what is not there");
    }
    return memo.get(number);
  }

  // ---- values

  // the same words come a million times
  private Integer boxed(int n) throws FileFormatException {
    if (n < 0 || n >= SMALL) {
      take(2 * COST);
      return n;
    }
    Integer i = small[n];
    if (i == null) {
      i = n;
      small[n] = i;
    }
    return i;
  }

  private void integer(String s) throws FileFormatException {
    if (s.equals("00") || s.equals("01")) {
      stack.add(s.equals("01"));
    } else {
      stack.add(number(new BigInteger(s)));
    }
  }

  private Number longOf(byte[] little) throws FileFormatException {
    byte[] big = new byte[little.length];
    for (int i = 0; i < big.length; i++) {
      big[i] = little[big.length - 1 - i];
    }
    return number(big.length == 0 ? BigInteger.ZERO : new BigInteger(big));
  }

  private Number number(BigInteger n) throws FileFormatException {
    return n.bitLength() < 32
        ? boxed(n.intValue())
        : n.bitLength() < 64 ? (Number) n.longValue() : n;
  }

  private String line() throws IOException {
    StringBuilder out = new StringBuilder();
    for (int c; (c = in.readUnsignedByte()) != '\n'; ) {
      take(2);
      out.append((char) c);
    }
    return out.toString();
  }

  private static byte[] quoted(String s) throws FileFormatException {
    boolean right = s.length() > 1
        && (s.charAt(0) == '\'' || s.charAt(0) == '"')
        && s.charAt(s.length() - 1) == s.charAt(0);
    if (!right || s.indexOf('\\') >= 0) {
      throw refused("a text in a form of Python 1");
    }
    return s.substring(1, s.length() - 1).getBytes(StandardCharsets.ISO_8859_1);
  }

  private int length4() throws IOException {
    return length(Integer.toUnsignedLong(Integer.reverseBytes(in.readInt())));
  }

  private int length8() throws IOException {
    return length(Long.reverseBytes(in.readLong()));
  }

  private static int length(long n) throws FileFormatException {
    if (n < 0 || n > MAX_TEXT) {
      throw new FileFormatException("the pickled data has bytes of an impossible length");
    }
    return (int) n;
  }

  private byte[] bytes(int n) throws IOException {
    take(n + 2L * COST);
    byte[] out = in.readNBytes(n);
    if (out.length < n) {
      throw new EOFException();
    }
    return out;
  }

  private String text(int n) throws IOException {
    return new String(bytes(n), StandardCharsets.UTF_8);
  }

  // ---- arrays

  private static Global global(String name) throws FileFormatException {
    if (RECONSTRUCT.contains(name)
        || FROM_BUFFER.contains(name)
        || name.equals(NDARRAY)
        || name.equals(DTYPE)
        || name.equals(ENCODE)) {
      return new Global(name);
    }
    throw refused("'" + name.replace(' ', '.') + "'");
  }

  private static Object reduced(@Nullable Object function, List<?> arguments)
      throws FileFormatException {
    String name = function instanceof Global g ? g.name : "";
    if (RECONSTRUCT.contains(name)
        && arguments.size() == 3
        && arguments.get(0) instanceof Global g
        && g.name.equals(NDARRAY)) {
      return new Raw();
    }
    if (FROM_BUFFER.contains(name)
        && arguments.size() == 4
        && arguments.get(1) instanceof Dtype d
        && arguments.get(2) instanceof List<?> dims) {
      Raw r = new Raw();
      r.array = array(d, dims, "F".equals(string(arguments.get(3))), arguments.get(0));
      return r;
    }
    if (name.equals(DTYPE) && !arguments.isEmpty()) {
      Dtype d = new Dtype();
      d.name = string(arguments.get(0));
      return d;
    }
    if (name.equals(ENCODE) && arguments.size() == 2 && arguments.get(0) instanceof String s) {
      return s.getBytes(StandardCharsets.ISO_8859_1); // how bytes are written for Python 2
    }
    throw refused("a call of " + (name.isEmpty() ? "an object" : "'" + name + "'"));
  }

  private static String string(@Nullable Object o) throws FileFormatException {
    if (o instanceof String s) {
      return s;
    } else if (o instanceof byte[] b) {
      return new String(b, StandardCharsets.ISO_8859_1);
    }
    throw refused("something else in place of a text");
  }

  private static void build(@Nullable Object o, @Nullable Object state) throws FileFormatException {
    List<?> s = state instanceof List<?> l ? l : List.of();
    if (o instanceof Dtype d && s.size() >= 2) {
      d.bigEndian = ">".equals(string(s.get(1)));
    } else if (o instanceof Raw r && s.size() == 5 && s.get(2) instanceof Dtype d) {
      r.array = array(d, (List<?>) s.get(1), Boolean.TRUE.equals(s.get(3)), s.get(4));
    } else {
      throw refused("an object with a state of its own");
    }
  }

  private static Array array(Dtype d, List<?> dims, boolean fortran, @Nullable Object data)
      throws FileFormatException {
    long[] shape = new long[dims.size()];
    long size = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = ((Number) dims.get(i)).longValue();
      size = size < 0 || shape[i] < 0 || shape[i] > Integer.MAX_VALUE ? -1 : size * shape[i];
      size = size > Integer.MAX_VALUE ? -1 : size;
    }
    boolean objects = d.name.startsWith("O");
    long there = data instanceof byte[] b ? b.length : data instanceof List<?> l ? l.size() : -1;
    long width = objects ? 1 : width(d.name);
    if (data == null || objects != data instanceof List<?> || size < 0 || there != size * width) {
      throw new FileFormatException("the pickled data has an array whose contents do not fit it");
    }
    return new Array(shape, d.name, d.bigEndian, fortran, data);
  }

  private static int width(String type) throws FileFormatException {
    if (!type.matches("[biufc]\\d{1,2}")) {
      throw refused("an array of type '" + type + "'");
    }
    return Integer.parseInt(type.substring(1));
  }
}
