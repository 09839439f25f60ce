/**
 * What is found out about the targets before anything is touched: processes, namespaces, addresses, published
 * ports, the routes that lead to them, and what the kernel can do. Plain, immutable data that any adapter can
 * fill.
 */
@NullMarked
package io.faultline.topology;

import org.jspecify.annotations.NullMarked;
