CREATE TABLE "contest_reminders" (
	"contest" text NOT NULL,
	"platform" text NOT NULL,
	"person_id" text NOT NULL,
	"person_name" text NOT NULL,
	CONSTRAINT "contest_reminders_contest_platform_person_id_pk" PRIMARY KEY("contest","platform","person_id")
);
--> statement-breakpoint
ALTER TABLE "contest_places" ADD COLUMN "message_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "contests" ADD COLUMN "notes" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "contests" ADD COLUMN "cancelled" jsonb;--> statement-breakpoint
ALTER TABLE "contest_reminders" ADD CONSTRAINT "contest_reminders_contest_contests_id_fk" FOREIGN KEY ("contest") REFERENCES "public"."contests"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contest_reminders_person" ON "contest_reminders" USING btree ("platform","person_id");