ALTER TABLE "blob_uses" ADD COLUMN "byte_length" bigint;--> statement-breakpoint
ALTER TABLE "blob_uses" ADD COLUMN "last_used_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "blob_uses" ADD CONSTRAINT "blob_uses_stored" CHECK (("kind" = 'stored') = ("byte_length" IS NOT NULL AND "last_used_at" IS NOT NULL));--> statement-breakpoint
-- Files that were stored before are looked through once, soon after the start.
INSERT INTO "due_instants" ("what", "key", "due_at", "try_at") VALUES ('file-inventory', '00', now() + interval '1 minute', now() + interval '1 minute');
