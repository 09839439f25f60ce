/**
 * Read-only looks at the system under test: when a client noticed and how it failed, and what the kernel says
 * that it will notice.
 */
@NullMarked
package io.faultline.observe;

import org.jspecify.annotations.NullMarked;
