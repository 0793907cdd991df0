CREATE TABLE "outbox" (
	"key" text PRIMARY KEY NOT NULL,
	"sequence" bigserial NOT NULL,
	"lane" text NOT NULL,
	"kind" text NOT NULL,
	"platform" text NOT NULL,
	"place" jsonb NOT NULL,
	"person_id" text,
	"person_name" text,
	"payload" jsonb NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("platform","next_at");--> statement-breakpoint
CREATE INDEX "outbox_lane" ON "outbox" USING btree ("lane","sequence");--> statement-breakpoint
CREATE INDEX "outbox_person" ON "outbox" USING btree ("platform","person_id");--> statement-breakpoint
-- What has ended and was not told yet.
INSERT INTO "outbox" ("key", "lane", "kind", "platform", "place", "person_id", "person_name", "payload", "attempts", "created_at")
	SELECT "id", 'job-' || "id", 'result', "platform", "place", "person_id", "person_name",
		jsonb_build_object('job', "id", 'name', "name"), "delivery_attempts", coalesce("settled_at", "created_at")
	FROM "jobs" WHERE "state" = 'settled' ORDER BY "round", "jobs"."sequence";
--> statement-breakpoint
INSERT INTO "outbox" ("key", "lane", "kind", "platform", "place", "person_id", "person_name", "payload", "created_at")
	SELECT "id" || '-announcement', 'job-' || "id", 'announcement', "platform", "place", "person_id", "person_name",
		jsonb_build_object('job', "id", 'name', "name"), coalesce("settled_at", "created_at")
	FROM "jobs" WHERE "state" = 'settled' AND "name" = 'train-pet' AND "outcome"->>'kind' = 'completed' ORDER BY "round", "jobs"."sequence";
--> statement-breakpoint
ALTER TABLE "jobs" DROP COLUMN "delivery_attempts";