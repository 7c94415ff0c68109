package org.keras4j.layers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Policies by the paths of layers ({@code keras.dtype_policies.DTypePolicyMap}). A layer with this policy has, from its
 * build on, that of its {@link Layer#path path}: of a key equal to it, else of the one key that matches the whole path
 * as a regular expression, else the default. Layers inside a layer are given the map too. Quantizing a layer changes its
 * entry.
 *
 * <pre>{@code
 * DTypePolicyMap map = new DTypePolicyMap()
 *     .put("encoder/.*", "mixed_bfloat16")
 *     .put("encoder/norm", "float32");
 * DTypePolicy.setGlobal(map); // for all layers made from now on
 * }</pre>
 */
@KerasSerializable(module = "keras.dtype_policies")
public final class DTypePolicyMap extends DTypePolicy {
  private @Nullable DTypePolicy defaultPolicy;
  private final Map<String, DTypePolicy> policies = new LinkedHashMap<>();

  /** With the global policy ({@link DTypePolicy#global}) of the moment as default. */
  public DTypePolicyMap() {
    this(null);
  }

  /**
   * With a default.
   *
   * @param defaultPolicy of paths that no key is for; null for the global one of the moment
   * @throws IllegalArgumentException if it is a map itself
   */
  public DTypePolicyMap(@Nullable DTypePolicy defaultPolicy) {
    this.defaultPolicy = noMap("the default policy", defaultPolicy);
  }

  private static @Nullable DTypePolicy noMap(String what, @Nullable DTypePolicy policy) {
    if (policy instanceof DTypePolicyMap) {
      throw new IllegalArgumentException("DTypePolicyMap: " + what + " cannot be a map itself");
    }
    return policy;
  }

  /** The policy of paths that no key is for. */
  public DTypePolicy defaultPolicy() {
    DTypePolicy d = defaultPolicy;
    if (d != null) {
      return d;
    }
    DTypePolicy global = DTypePolicy.global();
    return global instanceof DTypePolicyMap m
        ? m.defaultPolicy == null ? floatx() : m.defaultPolicy
        : global;
  }

  /**
   * Adds a policy.
   *
   * @param key the path of a layer, or a regular expression for several
   * @param policy theirs
   * @return this map
   * @throws IllegalArgumentException if the key is there already, or is no regular expression, or the policy a map
   */
  public synchronized DTypePolicyMap put(String key, DTypePolicy policy) {
    if (policies.containsKey(key)) {
      throw new IllegalArgumentException("DTypePolicyMap: '" + key + "' is there already, with "
          + policies.get(key) + "; remove it first");
    }
    try {
      Pattern.compile(key);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "DTypePolicyMap: '" + key + "' is no regular expression: " + e.getDescription(), e);
    }
    policies.put(key, Objects.requireNonNull(noMap("the policy of '" + key + "'", policy)));
    return this;
  }

  /** {@link #put(String, DTypePolicy)} of a name: {@code "mixed_bfloat16"}, {@code "int8_from_float32"}. */
  public DTypePolicyMap put(String key, String policy) {
    return put(key, DTypePolicy.get(policy));
  }

  /** Takes a key and its policy out; null if it was not there. */
  public synchronized @Nullable DTypePolicy remove(String key) {
    return policies.remove(key);
  }

  /** The keys with their policies, in the order in which they were put. */
  public synchronized Map<String, DTypePolicy> policies() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(policies));
  }

  /**
   * The policy of a path.
   *
   * @param path that of a layer
   * @return the policy, never a map
   * @throws IllegalArgumentException if several keys match it, and none is equal to it
   */
  public synchronized DTypePolicy policyOf(String path) {
    DTypePolicy exact = policies.get(path);
    if (exact != null) {
      return exact;
    }
    List<String> matching = new ArrayList<>();
    for (String key : policies.keySet()) {
      if (Pattern.matches(key, path)) {
        matching.add(key);
      }
    }
    if (matching.size() > 1) {
      throw new IllegalArgumentException("DTypePolicyMap: the path '" + path
          + "' is matched by several keys, " + matching + "; one path may have one key at most");
    }
    return matching.isEmpty()
        ? defaultPolicy()
        : Objects.requireNonNull(policies.get(matching.get(0)));
  }

  /** Puts a policy in the place of the one that this very path has. */
  synchronized void replace(String path, DTypePolicy policy) {
    policies.put(path, Objects.requireNonNull(noMap("the policy of '" + path + "'", policy)));
  }

  @Override
  public String name() {
    return "map_" + defaultPolicy().name();
  }

  @Override
  public @Nullable String quantizationMode() {
    return defaultPolicy().quantizationMode();
  }

  @Override
  public DType computeDtype() {
    return defaultPolicy().computeDtype();
  }

  @Override
  public DType variableDtype() {
    return defaultPolicy().variableDtype();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof DTypePolicyMap m
        && Objects.equals(m.defaultPolicy, defaultPolicy)
        && m.policies().equals(policies());
  }

  @Override
  public int hashCode() {
    return policies().hashCode();
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("default_policy", defaultPolicy);
    out.put("policy_map", policies());
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Object given = config.get("default_policy");
    defaultPolicy = given == null ? null : noMap("the default policy", DTypePolicy.get(given));
    Object map = config.get("policy_map");
    if (map != null && !(map instanceof Map<?, ?>)) {
      throw new IllegalArgumentException(
          "DTypePolicyMap: 'policy_map' expects policies by paths, got " + map);
    }
    policies.clear();
    if (map instanceof Map<?, ?> m) {
      m.forEach((k, v) -> put(String.valueOf(k), DTypePolicy.get(v)));
    }
  }
}
